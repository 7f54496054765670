import {
  type ApiContext,
  type ApiError,
  findWorkflow,
  startAuthorised,
} from '@runtape/server/plugins';
import { z } from 'zod';
import { issueTargetSchema } from '../contract/targets.ts';
import type { FeatureSettings } from './features.ts';
import { githubError } from './github-error.ts';
import { requirePost } from './user-permissions.ts';

/** The input of workflows that draft a comment. */
const drafterSchema = z.object({ target: issueTargetSchema });
const drafters: readonly string[] = ['commentOnIssue', 'reviewIssue'];

/**
 * Starts the workflow that posts a text on the issue for which another workflow drafted a comment.
 * @throws ApiError `unknown_workflow`, `read_only`, `post_needs_github_issue`, `post_not_allowed`,
 *   `post_needs_token`, and those of every start.
 */
export async function postDraft(
  settings: FeatureSettings,
  ctx: ApiContext,
  {
    workflowId,
    body,
    idempotencyKey,
  }: { workflowId: string; body: string; idempotencyKey?: string | undefined },
) {
  const record = await findWorkflow(ctx, workflowId, { toChange: true });
  if (!drafters.includes(record.workflow)) throw noIssue();
  const drafter = drafterSchema.safeParse(await ctx.log.input(record.workflowId));
  if (!drafter.success) throw noIssue();
  const { target } = drafter.data;
  if (target.kind !== 'github') throw noIssue();
  requirePost(settings, ctx);
  if (!settings.canPost) {
    throw githubError(
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
}

function noIssue(): ApiError {
  return githubError(
    'post_needs_github_issue',
    'Only a comment on a GitHub issue can be posted. Name a workflow that drafted one.',
  );
}
