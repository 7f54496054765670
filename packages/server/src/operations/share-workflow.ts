import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { ApiError } from '../errors/api-error.ts';
import { implement } from '../http/operation.ts';

const HOUR_MS = 60 * 60 * 1000;

export const shareWorkflow = implement(operations.shareWorkflow, async (ctx, input) => {
  const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
  if (ctx.accounts === null) {
    throw new ApiError(
      'invalid_input',
      'There is nothing to share: this server has no accounts, and whoever reaches it sees every workflow.',
    );
  }
  return await ctx.accounts.share(workflowId, { forMs: input.hours * HOUR_MS });
});
