import { workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { readWorkflow } from '../../operations/read-workflow.ts';
import { defineRoute, noBody, noQuery } from '../route.ts';
import { workflowParams } from './workflow-params.ts';

const schema = z.object({
  snapshot: workflowSnapshotSchema,
  watchers: z.int().nonnegative().describe('How many streams of it this server serves.'),
  createdAt: z.number().describe('In ms since 1970.'),
  mayChange: z.boolean().describe('Whether whoever asks may pause, resume, cancel and share it.'),
});

/** A workflow as it is now. */
export const getWorkflow = defineRoute({
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
  handle: async ({ request, params, ctx }) =>
    Response.json(await readWorkflow(ctx, params.workflowId, request.signal)),
});
