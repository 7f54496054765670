import { FatalError, RetryableError } from '../../errors.ts';
import type { ReadChunk } from './read-chunk.ts';

/** The codes of failures of `ctx.text`. Each has a page in docs/errors. */
type TextFailureCode =
  | 'stream_failed'
  | 'stream_rejected'
  | 'text_cut_off'
  | 'text_refused'
  | 'text_too_long';

/** Statuses that pass: too early, a timeout, a conflict, too many requests. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
const CODE = /^[a-z][a-z0-9_.-]{0,60}$/;

/**
 * Converts what a stream threw. Its message stays in the process: it may contain a key or the text
 * of a prompt.
 */
export function streamFailure(part: string, cause: unknown): FatalError | RetryableError {
  if (cause instanceof FatalError || cause instanceof RetryableError) return cause;
  const status = statusOf(cause);
  const code = codeOf(cause);
  const known = [...(status === null ? [] : [`HTTP ${status}`]), ...(code === null ? [] : [code])];
  const why = known.length === 0 ? '' : ` (${known.join(', ')})`;
  if (status === null || status < 400 || status >= 500 || PASSING.has(status)) {
    return retryable('stream_failed', `The stream of the text "${part}" failed${why}.`, { cause });
  }
  const message = `The model refused the request for the text "${part}"${why}. Correct the request, or the account that it is sent with.`;
  return fatal('stream_rejected', message, { cause });
}

/** The failure of a stream whose end is not known to be good; `null` for a good one. */
export function endFailure(
  part: string,
  end: ReadChunk['end'],
): FatalError | RetryableError | null {
  switch (end?.kind) {
    case 'whole':
      return null;
    case 'cut_off':
      return fatal(
        'text_cut_off',
        `The model reached the limit of its output before the text "${part}" was whole. Raise the limit, or ask for less.`,
      );
    case 'refused':
      return fatal('text_refused', `The model refused to write the text "${part}".`);
    default: {
      const how = end === undefined ? 'without saying so' : `with "${end.reason.slice(0, 60)}"`;
      return retryable(
        'stream_failed',
        `The stream of the text "${part}" ended ${how}, so it may not be whole.`,
      );
    }
  }
}

export function tooLong(part: string, maxChars: number): FatalError {
  const limit = maxChars.toLocaleString('en');
  return fatal('text_too_long', `The text "${part}" has more than ${limit} characters.`);
}

function fatal(code: TextFailureCode, message: string, options?: ErrorOptions): FatalError {
  return new FatalError(code, message, options);
}

function retryable(code: TextFailureCode, message: string, options?: ErrorOptions): RetryableError {
  return new RetryableError(code, message, options);
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const status: unknown = Reflect.get(error, 'status') ?? Reflect.get(error, 'statusCode');
  if (typeof status === 'number' && Number.isInteger(status)) return status;
  // The AI SDK wraps the last error of its own retries.
  return statusOf(Reflect.get(error, 'lastError'));
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && CODE.test(code) ? code : null;
}
