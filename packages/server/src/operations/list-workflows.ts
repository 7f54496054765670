import type { ListQuery, WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId, WorkflowStatus, WorkflowSummary } from '@runtape/events';
import { requireUser } from '../accounts/require-user.ts';
import type { ApiContext } from './api-context.ts';

export const MAX_LISTED = 200;
const DEFAULT_LISTED = 50;

/** A row of a list of workflows. */
export interface WorkflowListItem extends WorkflowSummary {
  readonly workflowId: WorkflowId;
  /** Name of the workflow definition. */
  readonly workflow: string;
  readonly status: WorkflowStatus;
  readonly attempt: number;
  readonly threadId: string | null;
  /** In ms since 1970, as is `endedAt`. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** How many streams of it this server serves right now. */
  readonly watchers: number;
}

/** Workflows, newest first. */
export interface WorkflowList {
  readonly workflows: WorkflowListItem[];
  /** Pass as `before` to get the next page; `null` on the last. */
  readonly next: string | null;
}

/** Which ones; `limit` is 50 by default. */
export type ListOptions = Omit<ListQuery, 'limit'> & { readonly limit?: number | undefined };

/** Those that whoever asks may see. @throws ApiError `unauthorized`; EventLogError `invalid_query`, `unavailable`. */
export async function listWorkflows(
  ctx: ApiContext,
  { limit = DEFAULT_LISTED, ...query }: ListOptions,
): Promise<WorkflowList> {
  const { log, fanOut } = ctx;
  const { seesAll, userId } = requireUser(ctx);
  const owner = seesAll ? query.owner : (userId ?? undefined);
  const { workflows, next } = await log.list({ ...query, owner, limit });
  return {
    workflows: workflows.map((record) => toItem(record, fanOut.readers(record.workflowId))),
    next,
  };
}

/** What a list says of a workflow. */
export function toItem(record: WorkflowRecord, watchers: number): WorkflowListItem {
  const { workflowId, workflow, status, summary, attempt, threadId, createdAt, endedAt } = record;
  const rest = { workflowId, workflow, status, attempt, threadId, createdAt, endedAt, watchers };
  return { ...summary, ...rest };
}
