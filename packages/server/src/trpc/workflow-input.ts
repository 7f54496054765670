import { z } from 'zod';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/**
 * What a workflow was started with, for those who may start it again; who may only look at it does not get it, for it may say
 * more than the workflow does, such as what else was said in its thread.
 */
export const workflowInput = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input: { workflowId } }) => {
    const record = await findWorkflow(ctx, workflowId, { toChange: true });
    return { workflow: record.workflow, input: await ctx.log.input(record.workflowId) };
  });
