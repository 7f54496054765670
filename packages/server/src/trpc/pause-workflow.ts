import { exactObject } from '@runtape/events';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = exactObject({ workflowId: workflowIdInputSchema });

/** Pauses a workflow, wherever it runs; harmless when repeated. */
export const pauseWorkflow = (procedure: Procedure) =>
  procedure.input(inputSchema).mutation(async ({ ctx, input }) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    return { outcome: await ctx.starter.pause(workflowId) };
  });
