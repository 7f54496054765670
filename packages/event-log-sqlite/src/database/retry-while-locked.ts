import { backoffMs, sleep } from '@runtape/async';
import { logClosed } from '@runtape/event-log';
import { isBusy } from './sqlite-failure.ts';

/** Whoever waits for a lock goes on 50 ms after it is given back, or sooner. */
const BACKOFF = { baseMs: 2, maxMs: 50 };

export interface LockWait {
  /** When to give up, by `performance.now`. */
  readonly deadline: number;
  /** Aborts when the store is closed. */
  readonly signal: AbortSignal;
}

/**
 * Repeats what SQLite refuses because another connection is in the way, with growing waits in which
 * the process does everything else. SQLite itself would wait inside the statement, and the process
 * would stand still for as long as another program holds the file.
 * @throws what `work` threw: another failure at once, a lock once the deadline has passed.
 *   EventLogError `closed` when the signal aborts.
 */
export async function retryWhileLocked<Result>(
  work: () => Result,
  { deadline, signal }: LockWait,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    await sleep(backoffMs(failures, BACKOFF, Math.random), signal).catch(() => {
      throw logClosed();
    });
  }
}
