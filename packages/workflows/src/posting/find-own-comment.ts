import type { CleanUpContext } from '@runtape/engine';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../github/read-github-issue.ts';
import { issueSchema } from '../issue/issue.ts';
import { AUTHENTICATE, authenticatedSchema } from '../steps/authenticate.ts';
import { READ_ISSUE } from '../steps/read-issue.ts';
import { markerOf } from './comment-text.ts';
import { findComment, type PostedComment, postedCommentSchema } from './github-comments.ts';

export interface OwnComment {
  readonly github: GitHub;
  readonly address: IssueAddress;
  /** The step that posts it. */
  readonly postedIn: string;
}

/**
 * Finds the comment of a workflow that does not complete; it may have been posted by a worker that could not say so.
 * @returns `null` when there is none.
 * @throws as `findComment`.
 */
export async function findOwnComment(
  ctx: CleanUpContext,
  { github, address, postedIn }: OwnComment,
): Promise<PostedComment | null> {
  const known = ctx.kept(postedIn, postedCommentSchema);
  if (known !== undefined) return known;
  const issue = ctx.kept(READ_ISSUE, issueSchema);
  // Nothing is posted before the issue was read.
  if (issue === undefined) return null;
  const login = ctx.kept(AUTHENTICATE, authenticatedSchema)?.login ?? null;
  const search = { marker: markerOf(ctx.workflowId), login, after: issue.commentCount };
  return await findComment(github, address, search, ctx.signal);
}
