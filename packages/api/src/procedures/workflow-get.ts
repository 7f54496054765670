import { z } from 'zod';
import { findWorkflow, workflowIdInputSchema } from '../find-workflow.ts';
import type { Procedure } from '../trpc.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/** A workflow as it is now, running or ended. */
export const workflowGet = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input, signal }) => {
    const record = await findWorkflow(ctx.log, input.workflowId);
    return {
      snapshot: await ctx.snapshots.get(record, signal ?? new AbortController().signal),
      watchers: ctx.fanOut.readers(record.workflowId),
      /** In ms since 1970. */
      createdAt: record.createdAt,
    };
  });
