import { backoffMs, sleep } from '@runtape/async';
import { logClosed } from '@runtape/event-log';
import { isBusy } from './sqlite-failure.ts';

/** A waiting operation continues at most 50 ms after the lock is released. */
const BACKOFF = { baseMs: 2, maxMs: 50 };

export interface LockWait {
  /** When to give up, by `performance.now`. */
  readonly deadline: number;
  /** Aborts when the store is closed. */
  readonly signal: AbortSignal;
}

/**
 * Retries an operation that SQLite refuses because of another connection's lock, with growing waits
 * in which the process does other work. SQLite itself would wait inside the statement and block the
 * process as long as another program holds the file.
 * @throws the error of `work`: a lock after the deadline, any other error immediately.
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
