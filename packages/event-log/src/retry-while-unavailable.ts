import { retry } from '@runtape/async';
import { isEventLogError } from './errors.ts';

/** Below a second, so that the recovery of a log is noticed within one. */
const BACKOFF = { baseMs: 50, maxMs: 500 };

export interface RetryWhileUnavailableOptions {
  /** Ends the retries; a running operation continues to its end. */
  readonly signal: AbortSignal;
  /** Returns numbers from 0 up to but not including 1. */
  readonly random: () => number;
  /**
   * The number of earlier consecutive failures; above 0, it waits before the first attempt.
   * Default: 0.
   */
  readonly failures?: number | undefined;
  /** Called with each `unavailable` error. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
}

/**
 * Repeats an operation, with growing waits, while the log is unavailable.
 * @throws any other error; the signal's reason once it has aborted.
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
