import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { mayChange } from '../accounts/identity.ts';
import { implement, routeOf } from '../http/operation.ts';

export const getWorkflow = implement(
  operations.getWorkflow,
  async (ctx, { workflowId }, signal) => {
    const record = await findWorkflow(ctx, workflowId);
    const snapshot = await ctx.snapshots.get(record, signal);
    ctx.answer.take(ctx.snapshots.weigh(snapshot));
    return {
      snapshot,
      watchers: ctx.fanOut.readerCount(record.workflowId),
      createdAt: record.createdAt,
      mayChange: mayChange(ctx.identity, record),
    };
  },
);

export const getRoute = routeOf(getWorkflow);
