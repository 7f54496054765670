import type { WorkflowRecord } from '@runtape/event-log';
import {
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
  type WorkflowStatus,
  workflowStatusSchema,
  type WorkflowSummary,
  workflowSummarySchema,
} from '@runtape/events';
import { z } from 'zod';
import { requireUser } from '../accounts/require-user.ts';
import { defineOperation, routeOf } from '../http/operation.ts';
import { noBody, noParams } from '../http/route.ts';
import { listOf } from './fields.ts';

export const MAX_LISTED = 200;
const DEFAULT_LISTED = 50;
/** More than there are. */
const MAX_STATUSES = 20;

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

/**
 * Lists the workflows that the caller may see. @throws ApiError `unauthorized`; EventLogError
 * `invalid_query`, `unavailable`.
 */
export const listWorkflows = defineOperation({
  input: z
    .object({
      limit: z.int().min(1).max(MAX_LISTED).optional(),
      /** `next` of the page before. */
      before: z.string().max(200).optional(),
      status: z.array(workflowStatusSchema).max(MAX_STATUSES).optional(),
      workflow: z.string().max(100).optional(),
      threadId: threadIdSchema.optional(),
    })
    .optional(),
  run: async (ctx, input): Promise<WorkflowList> => {
    const { limit = DEFAULT_LISTED, ...query } = input ?? {};
    const { log, fanOut } = ctx;
    const { seesAll, userId } = requireUser(ctx);
    const owner = seesAll ? undefined : (userId ?? undefined);
    const { workflows, next } = await log.list({ ...query, owner, limit });
    return {
      workflows: workflows.map((record) => toItem(record, fanOut.readerCount(record.workflowId))),
      next,
    };
  },
});

export const listItemSchema = z.object({
  ...workflowSummarySchema.shape,
  workflowId: workflowIdSchema,
  workflow: z.string().describe('Name of the workflow definition.'),
  status: workflowStatusSchema,
  attempt: z.int(),
  threadId: z.string().nullable(),
  createdAt: z.number().describe('In ms since 1970, as is endedAt.'),
  endedAt: z.number().nullable(),
  watchers: z.int().describe('How many streams of it this server serves.'),
});
const schema = z.object({
  workflows: z.array(listItemSchema),
  next: z.string().nullable().describe('Pass as before to get the next page; null on the last.'),
});

export const listRoute = routeOf(listWorkflows, {
  method: 'GET',
  path: '/api/workflows',
  id: 'listWorkflows',
  tag: 'workflows',
  summary: 'Lists workflows, newest first.',
  params: noParams,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAX_LISTED).optional().describe('Default: 50.'),
    before: z.string().max(200).optional().describe('next of the page before.'),
    status: listOf(z.array(workflowStatusSchema).max(MAX_STATUSES))
      .optional()
      .describe('Only these.'),
    workflow: z.string().max(100).optional().describe('Only of this definition.'),
    threadId: threadIdSchema.optional().describe('Only of this thread.'),
  }),
  body: noBody,
  answers: { 200: { description: 'A page of them.', json: { name: 'WorkflowList', schema } } },
});

/** What a list says of a workflow. */
export function toItem(record: WorkflowRecord, watchers: number): WorkflowListItem {
  const { workflowId, workflow, status, summary, attempt, threadId, createdAt, endedAt } = record;
  const rest = { workflowId, workflow, status, attempt, threadId, createdAt, endedAt, watchers };
  return { ...summary, ...rest };
}
