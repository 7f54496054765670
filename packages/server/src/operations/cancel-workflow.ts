import { exactObject } from '@runtape/events';
import { z } from 'zod';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { defineOperation } from '../http/operation.ts';
import { commandRoute } from './command-route.ts';

/** Shown to everyone who watches. */
const reason = z.string().max(1000).optional();

/** Cancels a workflow for good, wherever it runs. */
export const cancelWorkflow = defineOperation({
  input: exactObject({ workflowId: workflowIdInputSchema, reason }),
  run: async (ctx, input) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    const options = input.reason === undefined ? {} : { reason: input.reason };
    return { outcome: await ctx.starter.cancel(workflowId, options) };
  },
});

export const cancelRoute = commandRoute(cancelWorkflow, {
  name: 'cancel',
  summary: 'Cancels a workflow, wherever it runs.',
  body: exactObject({ reason }).optional(),
  example: { body: { reason: 'It is not needed any more.' } },
  outcomes: ['CancelOutcome', 'requested', 'cancelled', 'already_ended'],
});
