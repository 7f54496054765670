import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';
import { type ArchiveHook, removeEnded } from './remove-ended.ts';

const HOUR_MS = 3_600_000;

export interface RetentionOptions {
  readonly log: EventLog;
  /** How long ended workflows are kept, in ms. */
  readonly retentionMs: number;
  /** Archives each workflow before it is removed. Default: no archive. */
  readonly archive?: ArchiveHook | undefined;
  /** The interval of removals, in ms. Default: an hour. */
  readonly everyMs?: number | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Called when something could not be archived or removed, for the process log. Default: ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The running removal of ended workflows. */
export interface Retention {
  /** Ends the removal. A running archive is aborted by its signal, and awaited. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Removes workflows whose retention time is over: now, and every hour until it is stopped.
 * Workflows that have not ended stay, however old. Several processes may do so on one log: each
 * workflow is archived by at least one of them. It does not keep the process alive.
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
