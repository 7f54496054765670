import { type Backoff, backoffMs } from './backoff.ts';
import { sleep } from './sleep.ts';

export interface RetryOptions {
  /** Whether it is worth trying again after this failure; called once for each. */
  readonly mayPass: (error: unknown) => boolean;
  readonly backoff: Backoff;
  /** Numbers from 0 up to but not including 1. */
  readonly random: () => number;
  /** Ends the retries; what is under way goes on to its end. */
  readonly signal: AbortSignal;
  /**
   * Failures in a row that are known already; above 0, it waits before the first try. Default: 0.
   */
  readonly failures?: number | undefined;
}

/**
 * Repeats an operation, with growing waits, for as long as it fails in a way that may pass.
 * @throws what else it fails with; the signal's reason once it has aborted.
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
