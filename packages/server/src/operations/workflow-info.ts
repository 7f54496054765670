import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { mayChange } from '../accounts/identity.ts';
import { implement } from '../http/operation.ts';
import { toItem } from './list-workflows.ts';

export const workflowInfo = implement(operations.workflowInfo, async (ctx, input) => {
  const record = await findWorkflow(ctx, input.workflowId);
  return {
    ...toItem(record, ctx.fanOut.readerCount(record.workflowId)),
    mayChange: mayChange(ctx.identity, record),
  };
});
