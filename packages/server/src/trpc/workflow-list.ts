import { threadIdSchema, workflowStatusSchema } from '@runtape/events';
import { z } from 'zod';
import { listWorkflows, MAX_LISTED } from '../operations/list-workflows.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = z
  .object({
    limit: z.int().min(1).max(MAX_LISTED).optional(),
    /** `next` of the page before. */
    before: z.string().max(200).optional(),
    status: z.array(workflowStatusSchema).max(20).optional(),
    workflow: z.string().max(100).optional(),
    threadId: threadIdSchema.optional(),
  })
  .optional();

/** Workflows, newest first. */
export const workflowList = (procedure: Procedure) =>
  procedure
    .input(inputSchema)
    .query(async ({ ctx, input = {} }) => await listWorkflows(ctx, input));
