import { exactObject } from '@runtape/events';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = exactObject({ workflowId: workflowIdInputSchema });

/** Lets a paused workflow go on; harmless when repeated. */
export const resumeWorkflow = (procedure: Procedure) =>
  procedure.input(inputSchema).mutation(async ({ ctx, input }) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    return { outcome: await ctx.starter.resume(workflowId) };
  });
