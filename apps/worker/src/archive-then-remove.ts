import {
  archiveWorkflow,
  type EventLog,
  formatListCursor,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { writeArchiveFile } from './write-archive-file.ts';

const PAGE_SIZE = 100;
const ENDED = ['completed', 'failed', 'cancelled'] as const;

/** Workflows that should be gone are kept, because they could not be archived. */
class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code = 'archive_not_written';
}

export interface ArchivingOptions {
  readonly log: EventLog;
  readonly archiveDir: string;
  /** In ms since 1970. */
  readonly endedBefore: number;
  /** Ends the archiving with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Archives workflows that ended before a time, and removes each once its archive is on disk. A crash in between leaves both,
 * and the next time the same file is written again.
 * @throws ArchiveError, after everything else was archived and removed, when there are workflows that could not be archived.
 */
export async function archiveThenRemove(options: ArchivingOptions): Promise<void> {
  const { log, archiveDir, endedBefore, signal } = options;
  const kept: WorkflowId[] = [];
  let cause: unknown;
  for await (const { workflowId } of endedWorkflows(options)) {
    try {
      await writeArchiveFile(archiveDir, workflowId, archiveWorkflow(log, workflowId, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      // Another process was faster.
      if (isEventLogError(error, 'unknown_workflow')) continue;
      kept.push(workflowId);
      cause ??= error;
      continue;
    }
    await log.expire({ endedBefore, limit: 1, only: [workflowId] });
  }
  if (kept.length > 0) throw notArchived(kept, archiveDir, cause);
}

/** The list is by creation, and what ended before a time was created before it: the list is read from there. */
async function* endedWorkflows({
  log,
  endedBefore,
  signal,
}: ArchivingOptions): AsyncGenerator<WorkflowRecord, void> {
  let before: string | null = formatListCursor({
    createdAt: Math.max(0, Math.ceil(endedBefore)),
    workflowId: 'wf_0000000000000000',
  });
  while (before !== null) {
    signal.throwIfAborted();
    const page = await log.list({ limit: PAGE_SIZE, before, status: ENDED });
    for (const record of page.workflows) {
      if (record.endedAt !== null && record.endedAt < endedBefore) yield record;
    }
    before = page.next;
  }
}

function notArchived(kept: readonly WorkflowId[], folder: string, cause: unknown): ArchiveError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ArchiveError(
    `${kept.length} workflows are kept longer than RETENTION_DAYS, because they could not be archived in ${folder}; the first is ${kept[0]}. ${why} Once that is put right they are archived within an hour.`,
    { cause },
  );
}
