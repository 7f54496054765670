import { exactObject } from '@runtape/events';
import { z } from 'zod';
import { findWorkflow, workflowIdInputSchema } from '../../accounts/find-workflow.ts';
import type { Procedure } from '../create-trpc.ts';

const MAX_REASON_LENGTH = 1000;

/** Shown to whoever watches. */
export const cancelReasonSchema = z.string().max(MAX_REASON_LENGTH);

const inputSchema = exactObject({
  workflowId: workflowIdInputSchema,
  reason: cancelReasonSchema.optional(),
});

/** Cancels a workflow, wherever it runs; harmless when repeated. */
export const cancelWorkflow = (procedure: Procedure) =>
  procedure.input(inputSchema).mutation(async ({ ctx, input: { workflowId, reason } }) => {
    const record = await findWorkflow(ctx, workflowId, { toChange: true });
    const outcome = await ctx.starter.cancel(
      record.workflowId,
      reason === undefined ? {} : { reason },
    );
    return { outcome };
  });
