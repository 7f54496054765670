import { isEventLogError } from '@runtape/event-log';
import { untilAborted } from './abort.ts';
import { WakeUp } from './wake-up.ts';

const FIRST_WAIT_MS = 50;
/** Readers are live again within a second after the log is. */
const LONGEST_WAIT_MS = 500;

export interface PersistOptions {
  readonly signal: AbortSignal;
  readonly random: () => number;
}

/** Repeats an operation, with growing waits, for as long as the log is unavailable. */
export async function persist<Value>(
  operation: () => Promise<Value>,
  { signal, random }: PersistOptions,
): Promise<Value> {
  const sleep = new WakeUp();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await untilAborted(operation(), signal);
    } catch (error) {
      if (!isEventLogError(error, 'unavailable')) throw error;
    }
    await sleep.wait(signal, waitMs * (0.5 + random() / 2));
  }
}
