import { operations, type WorkflowListItem } from '@runtape/contract';
import type { WorkflowRecord } from '@runtape/event-log';
import { requireUser } from '../accounts/require-user.ts';
import { implement, routeOf } from '../http/operation.ts';

const DEFAULT_LISTED = 50;

export const listWorkflows = implement(operations.listWorkflows, async (ctx, input) => {
  const { limit = DEFAULT_LISTED, ...query } = input ?? {};
  const { log, fanOut } = ctx;
  const { seesAll, userId } = requireUser(ctx);
  const owner = seesAll ? undefined : (userId ?? undefined);
  const { workflows, next } = await log.list({ ...query, owner, limit });
  return {
    workflows: workflows.map((record) => toItem(record, fanOut.readerCount(record.workflowId))),
    next,
  };
});

export const listRoute = routeOf(listWorkflows);

/** Makes the row of a workflow in a list. */
export function toItem(record: WorkflowRecord, watchers: number): WorkflowListItem {
  const { workflowId, workflow, status, summary, attempt, threadId, createdAt, endedAt } = record;
  const rest = { workflowId, workflow, status, attempt, threadId, createdAt, endedAt, watchers };
  return { ...summary, ...rest };
}
