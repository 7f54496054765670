import { type Retention, startRetention } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import type { WorkerEnv } from './env.ts';
import { archiveInto } from './write-archive-file.ts';

const DAY_MS = 86_400_000;

/**
 * Archives, if a folder is set, and removes workflows after `RETENTION_DAYS`, until it is stopped.
 */
export function sweepEnded(
  { RETENTION_DAYS, ARCHIVE_DIR }: Pick<WorkerEnv, 'RETENTION_DAYS' | 'ARCHIVE_DIR'>,
  log: EventLog,
  onError: (error: unknown) => void,
): Retention {
  return startRetention({
    log,
    retentionMs: RETENTION_DAYS * DAY_MS,
    archive: ARCHIVE_DIR === undefined ? undefined : archiveInto(ARCHIVE_DIR),
    onError,
  });
}
