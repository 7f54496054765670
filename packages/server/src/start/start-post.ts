import type { StartedWorkflow } from '@runtape/engine/start';
import { issueTargetSchema, type startPostSchema } from '@runtape/events';
import { z } from 'zod';
import { requirePost } from '../accounts/permissions.ts';
import type { StartContext } from './start-context.ts';
import { ApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { start } from './start.ts';

/** What those workflows are started with that draft a comment. */
const drafterSchema = z.object({ target: issueTargetSchema });
const drafters: readonly string[] = ['commentOnIssue', 'reviewIssue'];

/**
 * Starts postComment, which posts a text on the issue that a workflow has drafted a comment for; with an idempotency key, at most
 * once.
 * @throws ApiError `unknown_workflow`, `read_only`, `post_needs_github_issue`, `post_not_allowed`, `post_needs_token`; EventLogError
 * `idempotency_conflict`, `unavailable`.
 */
export async function startPost(
  ctx: StartContext,
  { workflowId, body, idempotencyKey }: z.output<typeof startPostSchema> & { workflowId: string },
): Promise<StartedWorkflow> {
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
}

function noIssue(): ApiError {
  return new ApiError(
    'post_needs_github_issue',
    'Only a comment on a GitHub issue can be posted. Name a workflow that drafted one.',
  );
}
