import { exactObject } from '@runtape/events';
import { z } from 'zod';
import { findWorkflow } from '../../accounts/find-workflow.ts';
import { cancelReasonSchema } from '../../operations/cancel-reason.ts';
import { defineRoute, noQuery } from '../route.ts';
import { workflowParams } from './workflow-params.ts';

const emptyBody = exactObject({}).optional();
const cancelBody = exactObject({ reason: cancelReasonSchema.optional() }).optional();

const shared = {
  method: 'POST',
  tag: 'workflows',
  params: workflowParams,
  query: noQuery,
  maxBodyBytes: 16 * 1024,
  refusals: [403, 404, 413, 415],
} as const;

/** Stops a workflow for good; harmless when repeated. */
export const cancelWorkflow = defineRoute({
  ...shared,
  path: '/api/workflows/{workflowId}/cancel',
  id: 'cancelWorkflow',
  summary: 'Cancels a workflow, wherever it runs.',
  body: cancelBody,
  example: { body: { reason: 'It is not needed any more.' } },
  answers: answersWith(['requested', 'cancelled', 'already_ended'], 'CancelOutcome'),
  handle: async ({ params, body, ctx }) => {
    const { workflowId } = await findWorkflow(ctx, params.workflowId, { toChange: true });
    const reason = body?.reason;
    return answer(await ctx.starter.cancel(workflowId, reason === undefined ? {} : { reason }));
  },
});

/** Nobody takes a paused workflow up until it is resumed; harmless when repeated. */
export const pauseWorkflow = defineRoute({
  ...shared,
  path: '/api/workflows/{workflowId}/pause',
  id: 'pauseWorkflow',
  summary: 'Pauses a workflow, wherever it runs.',
  body: emptyBody,
  answers: answersWith(['requested', 'paused', 'already_paused', 'already_ended'], 'PauseOutcome'),
  handle: async ({ params, ctx }) => {
    const { workflowId } = await findWorkflow(ctx, params.workflowId, { toChange: true });
    return answer(await ctx.starter.pause(workflowId));
  },
});

/** Lets a paused workflow go on after its last completed step; harmless when repeated. */
export const resumeWorkflow = defineRoute({
  ...shared,
  path: '/api/workflows/{workflowId}/resume',
  id: 'resumeWorkflow',
  summary: 'Lets a paused workflow go on.',
  body: emptyBody,
  answers: answersWith(['resumed', 'not_paused', 'already_ended'], 'ResumeOutcome'),
  handle: async ({ params, ctx }) => {
    const { workflowId } = await findWorkflow(ctx, params.workflowId, { toChange: true });
    return answer(await ctx.starter.resume(workflowId));
  },
});

function answersWith<const Outcomes extends readonly string[]>(outcomes: Outcomes, name: string) {
  const json = { name, schema: z.object({ outcome: z.enum(outcomes) }) };
  return {
    200: { description: 'What came of it, also when there was nothing to do.', json },
    202: { description: 'It is stored; the worker that runs the workflow acts on it.', json },
  };
}

function answer(outcome: string): Response {
  return Response.json({ outcome }, { status: outcome === 'requested' ? 202 : 200 });
}
