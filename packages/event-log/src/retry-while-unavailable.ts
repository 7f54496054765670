import { retry } from '@runtape/async';
import { isEventLogError } from './errors.ts';

/** Below a second, so that a log that is back is noticed within one. */
const BACKOFF = { baseMs: 50, maxMs: 500 };

export interface RetryWhileUnavailableOptions {
  /** Ends the retries; what is under way goes on to its end. */
  readonly signal: AbortSignal;
  /** Numbers from 0 up to but not including 1. */
  readonly random: () => number;
  /**
   * Failures in a row that are known already; above 0, it waits before the first try. Default: 0.
   */
  readonly failures?: number | undefined;
  /** Hears of each failure that it was unavailable. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
}

/**
 * Repeats an operation, with growing waits, for as long as the log is unavailable.
 * @throws what else it fails with; the signal's reason once it has aborted.
 */
export async function retryWhileUnavailable<Value>(
  operation: () => Promise<Value>,
  { onUnavailable, ...options }: RetryWhileUnavailableOptions,
): Promise<Value> {
  const mayPass = (error: unknown): boolean => {
    if (!isEventLogError(error, 'unavailable')) return false;
    onUnavailable?.(error);
    return true;
  };
  return await retry(operation, { ...options, backoff: BACKOFF, mayPass });
}
