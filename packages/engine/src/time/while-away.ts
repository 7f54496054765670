import { isEventLogError } from '@runtape/event-log';
import { backoffMs } from './backoff.ts';
import { sleep } from './sleep.ts';
import type { OutageListener } from '../lifecycle/store-outage.ts';

const BASE_MS = 50;
/** Below a second, so that a store that is back is noticed within one. */
const MAX_MS = 500;

export interface WhileAwayOptions {
  readonly signal: AbortSignal;
  readonly random: () => number;
  /**
   * Failures in a row that are known already; the wait comes before the first question then.
   * Default: 0.
   */
  readonly failures?: number | undefined;
  /** Hears of each failure, and at the end that nobody waits here any more. */
  readonly outage: OutageListener;
}

/**
 * Asks a store again and again while it does not answer, for as long as it takes.
 * @throws what else the question fails with; the signal's reason once it has aborted.
 */
export async function whileAway<Answer>(
  question: () => Promise<Answer>,
  options: WhileAwayOptions,
): Promise<Answer> {
  try {
    return await askUntilAnswered(question, options);
  } finally {
    options.outage.onBack();
  }
}

async function askUntilAnswered<Answer>(
  question: () => Promise<Answer>,
  { signal, random, failures = 0, outage }: WhileAwayOptions,
): Promise<Answer> {
  for (let failed = failures; ; failed += 1) {
    if (failed > 0)
      await sleep(backoffMs(failed, { baseMs: BASE_MS, maxMs: MAX_MS, random }), signal);
    signal.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      if (!isEventLogError(error, 'unavailable')) throw error;
      outage.onAway(error);
    }
  }
}
