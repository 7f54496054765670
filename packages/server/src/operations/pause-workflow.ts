import { exactObject } from '@runtape/events';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { defineOperation } from '../http/operation.ts';
import { commandRoute } from './command-route.ts';

/** Pauses a workflow, wherever it runs: no worker takes it up until it is resumed. */
export const pauseWorkflow = defineOperation({
  input: exactObject({ workflowId: workflowIdInputSchema }),
  run: async (ctx, input) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    return { outcome: await ctx.starter.pause(workflowId) };
  },
});

export const pauseRoute = commandRoute(pauseWorkflow, {
  name: 'pause',
  summary: 'Pauses a workflow, wherever it runs.',
  body: exactObject({}).optional(),
  outcomes: ['PauseOutcome', 'requested', 'paused', 'already_paused', 'already_ended'],
});
