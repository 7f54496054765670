import { type WorkflowSnapshot, workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { mayChange } from '../accounts/identity.ts';
import { defineOperation, routeOf } from '../http/operation.ts';
import { noBody, noQuery } from '../http/route.ts';
import { workflowParams } from './fields.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';

/** A workflow as it is now. */
export interface WorkflowView {
  readonly snapshot: WorkflowSnapshot;
  /** How many streams of it this server serves right now. */
  readonly watchers: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** Whether whoever asks may pause, resume, cancel and share it; who was only shown it may not. */
  readonly mayChange: boolean;
}

/**
 * A workflow as it is now, running or ended.
 * @throws ApiError `unknown_workflow`, `unavailable`, `snapshot_too_large`, `answer_too_large`;
 *   EventLogError; an AbortError when the signal aborts.
 */
export const getWorkflow = defineOperation({
  input: z.object({ workflowId: workflowIdInputSchema }),
  run: async (ctx, { workflowId }, signal): Promise<WorkflowView> => {
    const record = await findWorkflow(ctx, workflowId);
    const snapshot = await ctx.snapshots.get(record, signal);
    ctx.answer.take(ctx.snapshots.weigh(snapshot));
    return {
      snapshot,
      watchers: ctx.fanOut.readerCount(record.workflowId),
      createdAt: record.createdAt,
      mayChange: mayChange(ctx.identity, record),
    };
  },
});

const schema = z.object({
  snapshot: workflowSnapshotSchema,
  watchers: z.int().nonnegative().describe('How many streams of it this server serves.'),
  createdAt: z.number().describe('In ms since 1970.'),
  mayChange: z.boolean().describe('Whether whoever asks may pause, resume, cancel and share it.'),
});

export const getRoute = routeOf(getWorkflow, {
  method: 'GET',
  path: '/api/workflows/{workflowId}',
  id: 'getWorkflow',
  tag: 'workflows',
  summary: 'Tells how a workflow stands: all that a person sees of it.',
  params: workflowParams,
  query: noQuery,
  body: noBody,
  answers: {
    200: { description: 'The fold of its events so far.', json: { name: 'Workflow', schema } },
  },
  refusals: [404],
});
