import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';
import { archiveThenRemove } from './archive-then-remove.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 200;

export interface SweepOptions {
  readonly log: EventLog;
  readonly retentionDays: number;
  /** Workflows are written down here before they are removed. Default: they are not. */
  readonly archiveDir?: string | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

export interface Sweep {
  /** Ends the sweep, and what it is about to write. */
  stop(): Promise<void>;
}

/** Removes workflows that ended longer ago than they are kept: now, and every hour until it is stopped. */
export function startSweep(options: SweepOptions): Sweep {
  const stopping = new AbortController();
  const sweeping = sweepNowAndThen(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await sweeping;
    },
  };
}

async function sweepNowAndThen(options: SweepOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await removeOld(options, signal).catch((error: unknown) => {
      if (!signal.aborted) options.onError(error);
    });
    await sleep(HOUR_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function removeOld(
  { log, retentionDays, archiveDir, now }: SweepOptions,
  signal: AbortSignal,
): Promise<void> {
  const endedBefore = now() - retentionDays * DAY_MS;
  if (archiveDir !== undefined) {
    await archiveThenRemove({ log, archiveDir, endedBefore, signal });
    return;
  }
  for (;;) {
    const removed = await log.expire({ endedBefore, limit: BATCH });
    if (removed.length < BATCH || signal.aborted) return;
  }
}
