import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { implement } from '../http/operation.ts';

export const workflowInput = implement(operations.workflowInput, async (ctx, { workflowId }) => {
  const record = await findWorkflow(ctx, workflowId, { toChange: true });
  return { workflow: record.workflow, input: await ctx.log.input(record.workflowId) };
});
