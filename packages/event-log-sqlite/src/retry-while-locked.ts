import { setTimeout as sleep } from 'node:timers/promises';
import { logClosed } from '@runtape/event-log';
import { isBusy } from './sqlite-failure.ts';

const FIRST_WAIT_MS = 2;
/** Whoever waits for a lock goes on so soon after it is given back. */
const LONGEST_WAIT_MS = 50;

export interface LockWait {
  /** When to give up, by `performance.now`. */
  readonly deadline: number;
  /** Aborts when the store is closed. */
  readonly signal: AbortSignal;
}

/**
 * Repeats what SQLite refuses because another connection is in the way, with growing waits in which the process does everything
 * else. SQLite itself would wait inside the statement, and the process would stand still for as long as another program
 * holds the file.
 * @throws what `work` threw: another failure at once, a lock once the deadline has passed. EventLogError `closed` when the signal
 * aborts.
 */
export async function retryWhileLocked<Result>(
  work: () => Result,
  { deadline, signal }: LockWait,
): Promise<Result> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    // Half of it is drawn at random, so that those who wait for one lock do not try at the same moment again and again.
    const ms = waitMs * (0.5 + Math.random() / 2);
    await sleep(ms, undefined, { signal }).catch(() => {
      throw logClosed();
    });
  }
}
