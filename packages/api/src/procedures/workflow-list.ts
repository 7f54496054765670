import type { WorkflowRecord } from '@runtape/event-log';
import {
  type WorkflowId,
  type WorkflowStatus,
  workflowStatusSchema,
  type WorkflowSummary,
} from '@runtape/events';
import { z } from 'zod';
import type { Procedure } from '../trpc.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

const inputSchema = z
  .object({
    limit: z.int().min(1).max(MAX_LIMIT).optional(),
    /** `next` of the page before. */
    before: z.string().max(200).optional(),
    status: z.array(workflowStatusSchema).optional(),
    workflow: z.string().max(100).optional(),
  })
  .optional();

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
export const workflowList = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input = {} }) => {
    const { workflows, next } = await ctx.log.list({
      ...input,
      limit: input.limit ?? DEFAULT_LIMIT,
    });
    return {
      workflows: workflows.map((record) => toItem(record, ctx.fanOut.readers(record.workflowId))),
      /** Pass as `before` to get the next page; `null` on the last. */
      next,
    };
  });

function toItem(record: WorkflowRecord, watchers: number): WorkflowListItem {
  const { workflowId, workflow, status, summary, attempt, threadId, createdAt, endedAt } = record;
  const rest = { workflowId, workflow, status, attempt, threadId, createdAt, endedAt, watchers };
  return { ...summary, ...rest };
}
