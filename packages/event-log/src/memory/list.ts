import { hasEnded } from '@runtape/events';
import {
  checkListQuery,
  checkOrphanedQuery,
  formatListCursor,
  type ListCursor,
  type ListPage,
  type ListQuery,
  type OrphanedPage,
  type OrphanedQuery,
  parseListCursor,
} from '../port/list.ts';
import type { WorkflowRecord } from '../port/read.ts';
import type { Dependencies } from './memory-store.ts';

/** The page of records that matches a query. */
export function list(dependencies: Dependencies, query: ListQuery): ListPage {
  checkListQuery(query);
  const { limit, before, status, workflow, threadId, owner } = query;
  const last = before === undefined ? null : parseListCursor(before);
  const found = recordsOf(dependencies)
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

/**
 * The page of workflows without a running attempt; paused ones only if they were never released.
 */
export function orphaned(dependencies: Dependencies, query: OrphanedQuery): OrphanedPage {
  checkOrphanedQuery(query);
  const { limit, after } = query;
  const last = after === undefined ? null : parseListCursor(after);
  const now = dependencies.now();
  const found = recordsOf(dependencies)
    .filter(({ status }) => !hasEnded(status))
    .filter(({ status, leaseUntil }) =>
      leaseUntil === null ? status !== 'paused' : leaseUntil <= now,
    )
    .map((record) => ({ record, due: dueOf(record) }))
    .filter(({ due }) => last === null || newestFirst(last, due) > 0)
    .toSorted((a, b) => newestFirst(b.due, a.due));
  const page = found.slice(0, limit);
  const end = page.at(-1)?.due;
  return {
    workflows: page.map(({ record }) => record),
    next: end !== undefined && found.length > limit ? formatListCursor(end) : null,
  };
}

function recordsOf({ store }: Dependencies): readonly WorkflowRecord[] {
  return [...store.workflows.values()].map(({ record }) => record);
}

/** The time since which no attempt runs a workflow. */
function dueOf({ workflowId, leaseUntil, createdAt }: WorkflowRecord): ListCursor {
  return { createdAt: Math.floor(leaseUntil ?? createdAt), workflowId };
}

type ListPosition = Pick<WorkflowRecord, 'createdAt'> & { readonly workflowId: string };

function newestFirst(a: ListPosition, b: ListPosition): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.workflowId === b.workflowId) return 0;
  return a.workflowId < b.workflowId ? 1 : -1;
}
