import {
  type EventLog,
  archiveWorkflow,
  formatListCursor,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { EngineError } from '../errors.ts';

const BATCH = 200;

export interface RemoveEndedOptions {
  readonly log: EventLog;
  /** Archives each workflow before it is removed. Default: no archive. */
  readonly archive?: ArchiveHook | undefined;
  /** Workflows that ended before this are removed. In ms since 1970. */
  readonly endedBefore: number;
  /** Ends the removal. */
  readonly signal: AbortSignal;
}

/**
 * Removes workflows that ended before a time, once. `startRetention` repeats it.
 * @throws EngineError `archive_not_written`, after everything else was removed; the signal's
 *    reason; EventLogError as `list`, `read` and `expire`.
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

const PAGE_SIZE = 100;
const ENDED = ['completed', 'failed', 'cancelled'] as const;

/**
 * Archives a workflow before it is removed.
 * @param record the ended workflow.
 * @param lines its archive, as `docs/protocol.md` has it: each with its line end, read from the log
 *    on demand.
 * @param signal aborts when the archive is no longer wanted.
 * @returns when the archive is safe: the workflow is removed right after. If it rejects, the
 *    workflow stays and is archived again later. After a crash it may be called again for a
 *    workflow already archived.
 */
export type ArchiveHook = (
  record: WorkflowRecord,
  lines: AsyncIterable<string>,
  signal: AbortSignal,
) => Promise<void>;

interface ArchivingOptions {
  readonly log: EventLog;
  readonly archive: ArchiveHook;
  /** In ms since 1970. */
  readonly endedBefore: number;
  /** Ends the archiving with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Archives workflows that ended before a time, and removes each once its archive is safe.
 * @throws EngineError `archive_not_written`, at the end, when some could not be archived.
 */
async function archiveThenRemove(options: ArchivingOptions): Promise<void> {
  const { log, archive, endedBefore, signal } = options;
  const kept: WorkflowId[] = [];
  let cause: unknown;
  for await (const record of endedWorkflows(options)) {
    const { workflowId } = record;
    try {
      await archive(record, archiveWorkflow(log, workflowId, { signal }), signal);
      signal.throwIfAborted();
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
  if (kept.length > 0) throw notArchived(kept, cause);
}

/** The list is ordered by creation, and a workflow is created before it ends: start there. */
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

function notArchived(kept: readonly WorkflowId[], cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const count = kept.length === 1 ? '1 workflow could' : `${kept.length} workflows could`;
  return new EngineError(
    'archive_not_written',
    `${count} not be archived, and ${kept.length === 1 ? 'is' : 'are'} kept for longer until the next try; the first is ${kept[0]}. ${why}`,
    { cause },
  );
}
