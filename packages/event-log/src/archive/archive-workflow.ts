import { TimeSlice } from '@runtape/async';
import { type EventId, hasEnded, type WorkflowEvent, type WorkflowId } from '@runtape/events';
import {
  ARCHIVE_FORMAT,
  type ArchiveHeader,
  archiveHeaderSchema,
  ArchiveOrder,
} from './archive-format.ts';
import { EventLogError } from '../errors.ts';
import type { EventLog } from '../port/event-log.ts';
import { PAGE_BYTES, type WorkflowRecord } from '../port/read.ts';
import { unknownWorkflow } from '../errors.ts';

const PAGE_SIZE = 500;

/** The content of a header; a list item of the API has all of it except the incarnation. */
export interface ArchivedWorkflow {
  readonly workflowId: WorkflowId;
  readonly workflow: string;
  readonly title: string;
  readonly target: string;
  readonly status: WorkflowRecord['status'];
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** An event in an archive. */
export interface ArchivedEvent {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

export interface ArchiveOptions {
  /** Ends the read: the iteration rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The number of events read and held at a time; fewer if they are large. Default: 500. */
  readonly pageSize?: number | undefined;
}

/**
 * Writes an ended workflow as NDJSON: a header, then every event, in order and unmerged. See
 * `docs/protocol.md`.
 * @returns the lines, each with its line end; at most one page of events is held at a time.
 * @throws EventLogError `unknown_workflow`; `invalid_query` when it has not ended; `trimmed`; and
 *   as `read`.
 */
export async function* archiveWorkflow(
  log: Pick<EventLog, 'get' | 'read'>,
  workflowId: WorkflowId,
  options: ArchiveOptions = {},
): AsyncGenerator<string, void> {
  const record = await log.get(workflowId);
  if (record === null) throw unknownWorkflow(workflowId);
  const { incarnation, summary } = record;
  yield* archiveLines({ ...record, ...summary }, incarnation, pagesOf(log, record, options));
}

/**
 * Writes pages of events from any source as `archiveWorkflow` does.
 * @throws EventLogError `invalid_query` when the workflow has not ended; `invalid_archive` when the
 *   pages are not its complete log.
 */
export async function* archiveLines(
  workflow: ArchivedWorkflow,
  incarnation: string,
  pages: AsyncIterable<readonly ArchivedEvent[]>,
): AsyncGenerator<string, void> {
  const header = headerOf(workflow, incarnation);
  const order = new ArchiveOrder(header);
  // Yields here, because a log in memory and the consumer of the lines might never yield.
  const slice = new TimeSlice();
  yield line(header);
  for await (const page of pages) {
    for (const { id, event } of page) {
      if (slice.due) await slice.yield();
      const next = order.next(id, event);
      if ('wrong' in next) throw incompleteLog(header, next.wrong);
      const { type, data, timestamp, metadata } = event;
      yield line({ id, type, data, timestamp, metadata });
    }
  }
  if (!order.isWhole) throw incompleteLog(header, 'its terminal event is missing');
}

async function* pagesOf(
  log: Pick<EventLog, 'read'>,
  { workflowId, tail }: WorkflowRecord,
  { signal, pageSize = PAGE_SIZE }: ArchiveOptions,
): AsyncGenerator<readonly ArchivedEvent[], void> {
  let after = 0;
  while (after < tail) {
    signal?.throwIfAborted();
    const { entries } = await log.read(workflowId, {
      after,
      limit: pageSize,
      maxBytes: PAGE_BYTES.archive,
    });
    const last = entries.at(-1);
    // `archiveLines` detects a log that is shorter than its record says.
    if (last === undefined) return;
    yield entries;
    after = last.seq;
  }
}

function headerOf(workflow: ArchivedWorkflow, incarnation: string): ArchiveHeader {
  const { workflowId, workflow: name, title, target, createdAt, endedAt, status } = workflow;
  if (!hasEnded(status) || endedAt === null) {
    throw new EventLogError(
      'invalid_query',
      `${workflowId} has not ended. Only what has ended can be archived.`,
      { workflowId },
    );
  }
  return archiveHeaderSchema.parse({
    runtape: ARCHIVE_FORMAT,
    workflowId,
    workflow: name,
    incarnation,
    title,
    target,
    createdAt: new Date(createdAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    status,
  });
}

/** JSON escapes line ends and lone surrogates, so each value is one line. */
function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function incompleteLog({ workflowId }: ArchiveHeader, wrong: string): EventLogError {
  return new EventLogError(
    'invalid_archive',
    `${workflowId} cannot be archived, for its log is not whole: ${wrong}.`,
    { workflowId },
  );
}
