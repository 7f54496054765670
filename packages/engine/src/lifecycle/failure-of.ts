import { type Failure, failureSchema } from '@runtape/events';
import { EngineError, FatalError, RetryableError } from '../errors.ts';

const MAX_MESSAGE_CHARS = 2_000;

const internalError: Failure = {
  code: 'internal_error',
  message:
    'Something went wrong in the program that runs this workflow. Its log has the details. Another try may or may not help.',
};

/**
 * Converts a thrown value into the failure that users see.
 * @returns the failure; `isExpected` is false when the error itself must be logged by the process.
 */
export function failureOf(error: unknown): { failure: Failure; isExpected: boolean } {
  const isOurs = error instanceof EngineError;
  if (!isOurs && !(error instanceof FatalError) && !(error instanceof RetryableError)) {
    return { failure: internalError, isExpected: false };
  }
  const { code } = error;
  const message = error.message.slice(0, MAX_MESSAGE_CHARS).toWellFormed();
  const failure = failureSchema.safeParse({ code, message });
  return failure.success
    ? { failure: failure.data, isExpected: !isOurs }
    : { failure: internalError, isExpected: false };
}
