import { exactObject } from '@runtape/events';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';
import { defineOperation } from '../http/operation.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';

const HOUR_MS = 60 * 60 * 1000;
const MAX_HOURS = 24 * 30;

const inputSchema = exactObject({
  workflowId: workflowIdInputSchema,
  /** How long the link is good. Default: 24. */
  hours: z.number().positive().max(MAX_HOURS).default(24),
});

/**
 * Makes a token with which anybody may look at a workflow; `POST {share}` to `/api/session` takes
 * it.
 */
export const shareWorkflow = defineOperation({
  input: inputSchema,
  run: async (ctx, input) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    if (ctx.accounts === null) {
      throw new ApiError(
        'invalid_input',
        'There is nothing to share: this server has no accounts, and whoever reaches it sees every workflow.',
      );
    }
    return await ctx.accounts.share(workflowId, { forMs: input.hours * HOUR_MS });
  },
});
