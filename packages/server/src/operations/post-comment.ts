import { exactObject, issueTargetSchema, startPostSchema, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { requirePost } from '../accounts/permissions.ts';
import { defineOperation } from '../http/operation.ts';
import { check, defineRoute, noQuery } from '../http/route.ts';
import { workflowParams } from './fields.ts';
import { idempotencyKeyOf, startedResponse } from './started.ts';
import { ApiError } from '../errors/api-error.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { start } from '../start/start.ts';

/** What those workflows are started with that draft a comment. */
const drafterSchema = z.object({ target: issueTargetSchema });
const drafters: readonly string[] = ['commentOnIssue', 'reviewIssue'];

/**
 * Starts postComment, which posts a text on the issue that a workflow has drafted a comment for;
 * with an idempotency key, at most once.
 * @throws ApiError `unknown_workflow`, `read_only`, `post_needs_github_issue`, `post_not_allowed`,
 *   `post_needs_token`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export const postComment = defineOperation({
  input: exactObject({
    ...startPostSchema.shape,
    /** The workflow that drafted it. */
    workflowId: workflowIdInputSchema,
  }),
  run: async (ctx, { workflowId, body, idempotencyKey }) => {
    const record = await findWorkflow(ctx, workflowId, { toChange: true });
    if (!drafters.includes(record.workflow)) throw noIssue();
    const drafter = drafterSchema.safeParse(await ctx.log.input(record.workflowId));
    if (!drafter.success) throw noIssue();
    const { target } = drafter.data;
    if (target.kind !== 'github') throw noIssue();
    requirePost(ctx);
    if (!ctx.canPost) {
      throw new ApiError(
        'post_needs_token',
        'Posting needs a token that may write to issues. Set GITHUB_TOKEN, and start the server again.',
      );
    }
    return await start(ctx, {
      workflow: 'postComment',
      input: { target, body, draftedBy: record.workflowId },
      summary: { title: record.summary.title, target: record.summary.target },
      threadId: record.threadId ?? undefined,
      idempotencyKey,
    });
  },
});

const startedSchema = z.object({
  workflowId: workflowIdSchema.describe('The workflow that posts it: follow it, like any other.'),
  created: z.boolean().describe('False when the idempotency key had posted it before.'),
});
const json = { name: 'StartedPost', schema: startedSchema };
const headers = { Location: 'Where the workflow that posts it is.' };

export const postCommentRoute = defineRoute({
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
    const input = check(postComment.input, { ...params, ...body, idempotencyKey });
    return startedResponse(ctx, await postComment.run({ ctx, input }));
  },
});

function noIssue(): ApiError {
  return new ApiError(
    'post_needs_github_issue',
    'Only a comment on a GitHub issue can be posted. Name a workflow that drafted one.',
  );
}
