import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { commandStatus, implement, routeOf } from '../http/operation.ts';

export const resumeWorkflow = implement(operations.resumeWorkflow, async (ctx, input) => {
  const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
  return { outcome: await ctx.starter.resume(workflowId) };
});

export const resumeRoute = routeOf(resumeWorkflow, commandStatus);
