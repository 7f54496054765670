import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 200;

export interface SweepOptions {
  readonly log: EventLog;
  readonly retentionDays: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Removes workflows that ended longer ago than they are kept: now, and every hour until the signal aborts. */
export async function sweepEnded(options: SweepOptions): Promise<void> {
  const { signal, onError } = options;
  while (!signal.aborted) {
    await removeOld(options).catch(onError);
    await sleep(HOUR_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function removeOld({ log, retentionDays, now, signal }: SweepOptions): Promise<void> {
  const endedBefore = now() - retentionDays * DAY_MS;
  for (;;) {
    const removed = await log.expire({ endedBefore, limit: BATCH });
    if (removed.length < BATCH || signal.aborted) return;
  }
}
