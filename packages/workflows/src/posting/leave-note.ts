import type { CleanUpContext } from '@runtape/engine';
import type { IssueTarget, WorkflowId } from '@runtape/events';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../github/read-github-issue.ts';
import { issueSchema } from '../issue/issue.ts';
import { AUTHENTICATE, authenticatedSchema } from '../steps/authenticate.ts';
import { READ_ISSUE } from '../steps/read-issue.ts';
import { cancelledText, failureText, markerOf } from './comment-text.ts';
import {
  editComment,
  findComment,
  type PostedComment,
  postedCommentSchema,
} from './github-comments.ts';
import { PLACE_COMMENT } from './post-once.ts';

export interface NoteOptions {
  readonly github: GitHub;
  readonly target: IssueTarget;
}

/**
 * Puts an honest note in the place of the placeholder of a workflow that was cancelled or failed. Harmless when repeated, and
 * when there is no placeholder.
 * @throws what GitHub fails with; the placeholder then stays, and says itself what that means.
 */
export async function leaveNote(
  ctx: CleanUpContext,
  { github, target }: NoteOptions,
): Promise<void> {
  if (target.kind !== 'github' || !github.hasToken) return;
  const placeholder = await placeholderOf(ctx, github, target);
  if (placeholder === null) return;
  const edit = { id: placeholder.id, body: lastWords(ctx.workflowId, ctx.end) };
  await editComment(github, target, edit, ctx.signal);
}

/** It may have been posted by a worker that could not say so. */
async function placeholderOf(
  ctx: CleanUpContext,
  github: GitHub,
  address: IssueAddress,
): Promise<PostedComment | null> {
  const known = ctx.kept(PLACE_COMMENT, postedCommentSchema);
  if (known !== undefined) return known;
  const issue = ctx.kept(READ_ISSUE, issueSchema);
  if (issue === undefined) return null;
  const login = ctx.kept(AUTHENTICATE, authenticatedSchema)?.login ?? null;
  const search = { marker: markerOf(ctx.workflowId), login, after: issue.commentCount };
  return await findComment(github, address, search, ctx.signal);
}

function lastWords(workflowId: WorkflowId, end: CleanUpContext['end']): string {
  return end.status === 'cancelled'
    ? cancelledText(workflowId)
    : failureText(workflowId, end.error);
}
