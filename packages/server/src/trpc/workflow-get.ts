import { z } from 'zod';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { readWorkflow } from '../operations/read-workflow.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/** A workflow as it is now, running or ended. */
export const workflowGet = (procedure: Procedure) =>
  procedure
    .input(inputSchema)
    .query(
      async ({ ctx, input, signal }) =>
        await readWorkflow(ctx, input.workflowId, signal ?? new AbortController().signal),
    );
