import { operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { implement } from '../http/operation.ts';

/** The maximum size of a `ShortTape` without its times, in characters. */
const ENVELOPE = 100_000;

export const workflowTape = implement(
  operations.workflowTape,
  async (ctx, { workflowId }, signal) => {
    const record = await findWorkflow(ctx, workflowId);
    const tape = await ctx.tapes.get(record, signal);
    if (tape !== null) ctx.answer.take(ENVELOPE + tape.times.length);
    return { tape };
  },
);
