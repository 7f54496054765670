import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';
import { type ArchiveHook, removeEnded } from './remove-ended.ts';

const HOUR_MS = 3_600_000;

export interface RetentionOptions {
  readonly log: EventLog;
  /** How long workflows are kept once they have ended, in ms. */
  readonly retentionMs: number;
  /** Keeps each workflow somewhere else before it is removed. Default: they are removed without. */
  readonly archive?: ArchiveHook | undefined;
  /** How often to look for those that are due, in ms. Default: an hour. */
  readonly everyMs?: number | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Hears why something could not be archived or removed, for the log of the process. Default:
   * nobody does.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Ended workflows that are being removed by this process. */
export interface Retention {
  /**
   * Ends the removing; an archive that is being written is told to end by its signal, and waited
   * for. Idempotent.
   */
  stop(): Promise<void>;
}

/**
 * Removes workflows that ended longer ago than they are kept: now, and every hour until it is
 * stopped. Those that have not ended stay, however old. Any number of processes may do so on one
 * log: each workflow is archived by at least one of them. It does not keep a process alive.
 */
export function startRetention(options: RetentionOptions): Retention {
  const stopping = new AbortController();
  const removing = removeNowAndThen(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await removing;
    },
  };
}

async function removeNowAndThen(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { log, archive, retentionMs, everyMs = HOUR_MS, now = Date.now, onError } = options;
  while (!signal.aborted) {
    const endedBefore = now() - retentionMs;
    await removeEnded({ log, archive, endedBefore, signal }).catch((error: unknown) => {
      if (!signal.aborted) onError?.(error);
    });
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
