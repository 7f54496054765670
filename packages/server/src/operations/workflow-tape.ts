import type { ShortTape } from '@runtape/workflow-state/tape';
import { z } from 'zod';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { defineOperation } from '../http/operation.ts';

/** What a `ShortTape` has beside its times, in characters, at most. */
const ENVELOPE = 100_000;

/**
 * A workflow's tape in short: when its events were, and what is drawn of them. `tape` is `null`
 * when there is no event yet, or when the log no longer has its first ones: read its events then.
 * @throws ApiError `unknown_workflow`, `unavailable`, `answer_too_large`; EventLogError; an
 *   AbortError when the signal aborts.
 */
export const workflowTape = defineOperation({
  input: z.object({ workflowId: workflowIdInputSchema }),
  run: async (ctx, { workflowId }, signal): Promise<{ readonly tape: ShortTape | null }> => {
    const record = await findWorkflow(ctx, workflowId);
    const tape = await ctx.tapes.get(record, signal);
    if (tape !== null) ctx.answer.take(ENVELOPE + tape.times.length);
    return { tape };
  },
});
