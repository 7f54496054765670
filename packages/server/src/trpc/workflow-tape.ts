import { z } from 'zod';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { readTape } from '../operations/read-tape.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/** A workflow's tape in short: when its events were, and what is drawn of them. */
export const workflowTape = (procedure: Procedure) =>
  procedure
    .input(inputSchema)
    .query(
      async ({ ctx, input, signal }) =>
        await readTape(ctx, input.workflowId, signal ?? new AbortController().signal),
    );
