import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { commandStatus, implement, routeOf } from '../http/operation.ts';

export const cancelWorkflow = implement(operations.cancelWorkflow, async (ctx, input) => {
  const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
  const options = input.reason === undefined ? {} : { reason: input.reason };
  return { outcome: await ctx.starter.cancel(workflowId, options) };
});

export const cancelRoute = routeOf(cancelWorkflow, commandStatus);
