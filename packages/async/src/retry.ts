import { type Backoff, backoffMs } from './backoff.ts';
import { sleep } from './sleep.ts';

export interface RetryOptions {
  /** Whether to retry after this failure; called once for each failure. */
  readonly mayPass: (error: unknown) => boolean;
  readonly backoff: Backoff;
  /** Returns numbers from 0 up to but not including 1. */
  readonly random: () => number;
  /** Ends the retries; a running operation continues to its end. */
  readonly signal: AbortSignal;
  /**
   * The number of earlier consecutive failures; above 0, it waits before the first attempt.
   * Default: 0.
   */
  readonly failures?: number | undefined;
}

/**
 * Repeats an operation, with growing waits, while it fails with temporary errors.
 * @throws any other error; the signal's reason once it has aborted.
 */
export async function retry<Value>(
  operation: () => Promise<Value>,
  { mayPass, backoff, random, signal, failures = 0 }: RetryOptions,
): Promise<Value> {
  for (let failed = failures; ; failed += 1) {
    if (failed > 0) await sleep(backoffMs(failed, backoff, random), signal);
    signal.throwIfAborted();
    try {
      return await operation();
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
  }
}
