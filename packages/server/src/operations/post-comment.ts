import { operations } from '@runtape/contract';
import { issueTargetSchema } from '@runtape/events';
import { z } from 'zod';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { requirePost } from '../accounts/permissions.ts';
import { ApiError } from '../errors/api-error.ts';
import { implement } from '../http/operation.ts';
import { check } from '../errors/check.ts';
import { handleRoute } from '../http/route.ts';
import { idempotencyKeyOf, startedResponse } from '../http/started-response.ts';
import { startAuthorised } from '../start/start-authorised.ts';

/** The input of workflows that draft a comment. */
const drafterSchema = z.object({ target: issueTargetSchema });
const drafters: readonly string[] = ['commentOnIssue', 'reviewIssue'];

export const postComment = implement(
  operations.postComment,
  async (ctx, { workflowId, body, idempotencyKey }) => {
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
    return await startAuthorised(ctx, {
      workflow: 'postComment',
      input: { target, body, draftedBy: record.workflowId },
      summary: { title: record.summary.title, target: record.summary.target },
      threadId: record.threadId ?? undefined,
      idempotencyKey,
    });
  },
);

export const postCommentRoute = handleRoute(
  operations.postComment.route,
  async ({ request, params, body, ctx }) => {
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const input = check(postComment.input, { ...params, ...body, idempotencyKey });
    return startedResponse(ctx, await postComment.run({ ctx, input }));
  },
);

function noIssue(): ApiError {
  return new ApiError(
    'post_needs_github_issue',
    'Only a comment on a GitHub issue can be posted. Name a workflow that drafted one.',
  );
}
