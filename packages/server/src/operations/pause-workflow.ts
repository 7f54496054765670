import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { commandStatus, implement, routeOf } from '../http/operation.ts';

export const pauseWorkflow = implement(operations.pauseWorkflow, async (ctx, input) => {
  const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
  return { outcome: await ctx.starter.pause(workflowId) };
});

export const pauseRoute = routeOf(pauseWorkflow, commandStatus);
