import { startPostSchema, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { startPost } from '../../start/start-post.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { defineRoute, noQuery } from '../route.ts';
import { workflowParams } from './workflow-params.ts';

const startedSchema = z.object({
  workflowId: workflowIdSchema.describe('The workflow that posts it: follow it, like any other.'),
  created: z.boolean().describe('False when the idempotency key had posted it before.'),
});
const json = { name: 'StartedPost', schema: startedSchema };
const headers = { Location: 'Where the workflow that posts it is.' };

/** Posts a draft to GitHub, as a person has changed it; with an idempotency key, at most once. */
export const postComment = defineRoute({
  method: 'POST',
  path: '/api/workflows/{workflowId}/post',
  id: 'postComment',
  tag: 'workflows',
  summary: 'Posts a comment that a workflow has drafted, as it was changed.',
  description: 'Starts a workflow of its own, so that it is posted once whatever dies on the way.',
  params: workflowParams,
  query: noQuery,
  body: startPostSchema,
  maxBodyBytes: 512 * 1024,
  bodyName: 'PostComment',
  example: { body: { body: 'Thank you for the report.' } },
  headers: { 'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.' },
  refusals: [400, 403, 404, 409, 413, 415],
  answers: {
    200: { description: 'The idempotency key has posted it before.', json, headers },
    201: { description: 'It will be posted.', json, headers },
  },
  handle: async ({ request, params, body, ctx }) => {
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const { workflowId, created } = await startPost(ctx, {
      ...params,
      ...body,
      idempotencyKey,
    });
    return Response.json(
      { workflowId, created },
      {
        status: created ? 201 : 200,
        headers: { Location: `${ctx.basePath}/api/workflows/${workflowId}` },
      },
    );
  },
});
