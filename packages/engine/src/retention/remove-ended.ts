import type { EventLog } from '@runtape/event-log';
import { type ArchiveHook, archiveThenRemove } from './archive-then-remove.ts';

const BATCH = 200;

export interface RemoveEndedOptions {
  readonly log: EventLog;
  /** Keeps each workflow somewhere else before it is removed. Default: they are removed without. */
  readonly archive?: ArchiveHook | undefined;
  /** Workflows that ended before this are removed. In ms since 1970. */
  readonly endedBefore: number;
  /** Ends the removing. */
  readonly signal: AbortSignal;
}

/**
 * Removes workflows that ended before a time, with all that belongs to them, once. `startRetention` does so again and again.
 * @throws EngineError `archive_not_written`, after everything else was removed; the signal's reason; EventLogError as `list`,
 * `read` and `expire`.
 */
export async function removeEnded(options: RemoveEndedOptions): Promise<void> {
  const { log, archive, endedBefore, signal } = options;
  if (archive !== undefined) {
    await archiveThenRemove({ log, archive, endedBefore, signal });
    return;
  }
  for (;;) {
    signal.throwIfAborted();
    const removed = await log.expire({ endedBefore, limit: BATCH });
    if (removed.length < BATCH) return;
  }
}
