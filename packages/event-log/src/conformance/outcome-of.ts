import { type EventLogErrorCode, isEventLogError } from '../errors.ts';

/** The outcome of an operation: `done`, or the code of its rejection. */
export async function outcomeOf(operation: Promise<unknown>): Promise<'done' | EventLogErrorCode> {
  try {
    await operation;
    return 'done';
  } catch (error) {
    if (isEventLogError(error)) return error.code;
    throw error;
  }
}
