import { exactObject } from '@runtape/events';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { cancelReasonSchema } from '../operations/cancel-reason.ts';
import type { Procedure } from './create-trpc.ts';

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
