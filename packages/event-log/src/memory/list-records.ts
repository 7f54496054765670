import { hasEnded } from '@runtape/events';
import { checkListQuery, formatListCursor, parseListCursor } from '../check-query.ts';
import type { ListPage, ListQuery, WorkflowRecord } from '../event-log.ts';

/** The page of records that a query asks for. */
export function listRecords(records: readonly WorkflowRecord[], query: ListQuery): ListPage {
  checkListQuery(query);
  const { limit, before, status, workflow, threadId, owner } = query;
  const last = before === undefined ? null : parseListCursor(before);
  const found = records
    .filter((record) => status === undefined || status.includes(record.status))
    .filter((record) => workflow === undefined || record.workflow === workflow)
    .filter((record) => threadId === undefined || record.threadId === threadId)
    .filter((record) => owner === undefined || record.owner === owner)
    .filter((record) => last === null || newestFirst(last, record) < 0)
    .toSorted(newestFirst);
  const workflows = found.slice(0, limit);
  const end = workflows.at(-1);
  return { workflows, next: end && found.length > limit ? formatListCursor(end) : null };
}

/** The records that nobody runs, oldest first; of those that are paused only the ones that were never let go. */
export function unattendedRecords(
  records: readonly WorkflowRecord[],
  now: number,
): readonly WorkflowRecord[] {
  return records
    .filter(({ status }) => !hasEnded(status))
    .filter(({ status, leaseUntil }) =>
      leaseUntil === null ? status !== 'paused' : leaseUntil <= now,
    )
    .toSorted((a, b) => a.createdAt - b.createdAt);
}

type Placed = Pick<WorkflowRecord, 'createdAt'> & { readonly workflowId: string };

function newestFirst(a: Placed, b: Placed): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.workflowId === b.workflowId) return 0;
  return a.workflowId < b.workflowId ? 1 : -1;
}
