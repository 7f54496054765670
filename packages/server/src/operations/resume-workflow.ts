import { exactObject } from '@runtape/events';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { defineOperation } from '../http/operation.ts';
import { commandRoute } from './command-route.ts';

/** Lets a paused workflow go on after its last completed step. */
export const resumeWorkflow = defineOperation({
  input: exactObject({ workflowId: workflowIdInputSchema }),
  run: async (ctx, input) => {
    const { workflowId } = await findWorkflow(ctx, input.workflowId, { toChange: true });
    return { outcome: await ctx.starter.resume(workflowId) };
  },
});

export const resumeRoute = commandRoute(resumeWorkflow, {
  name: 'resume',
  summary: 'Lets a paused workflow go on.',
  body: exactObject({}).optional(),
  outcomes: ['ResumeOutcome', 'resumed', 'not_paused', 'already_ended'],
});
