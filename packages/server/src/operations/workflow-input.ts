import { z } from 'zod';
import { defineOperation } from '../http/operation.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/**
 * What a workflow was started with, for those who may start it again; who may only look at it does
 * not get it, for it may say more than the workflow does, such as what else was said in its thread.
 */
export const workflowInput = defineOperation({
  input: inputSchema,
  run: async (ctx, { workflowId }) => {
    const record = await findWorkflow(ctx, workflowId, { toChange: true });
    return { workflow: record.workflow, input: await ctx.log.input(record.workflowId) };
  },
});
