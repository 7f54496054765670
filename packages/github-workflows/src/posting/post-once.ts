import type { CleanUpContext } from '@runtape/engine';
import type { WorkflowId } from '@runtape/events';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../issue/issue.ts';
import { issueSchema } from '../issue/issue.ts';
import { AUTHENTICATE, authenticatedSchema } from '../steps/authenticate.ts';
import { READ_ISSUE } from '../steps/read-issue.ts';
import { markerOf } from './comment-text.ts';
import {
  findComment,
  postComment,
  type PostedComment,
  postedCommentSchema,
} from './github-comments.ts';

/** The step that posts the placeholder. */
export const PLACE_COMMENT = 'place-comment';

/** A comment to post once across all attempts. */
export interface PostingRequest {
  readonly workflowId: WorkflowId;
  readonly attempt: number;
  readonly address: IssueAddress;
  readonly login: string | null;
  /** The number of comments on the issue before ours. */
  readonly commentCount: number;
  /** Begins with the workflow's marker. */
  readonly body: string;
  /** Aborts the search for the comment of an earlier attempt, but not the posting. */
  readonly signal: AbortSignal;
}

/** Posts a comment, or finds the one that an earlier attempt posted without recording it. */
export async function postOnce(
  github: GitHub,
  { workflowId, attempt, address, login, commentCount, body, signal }: PostingRequest,
): Promise<PostedComment> {
  const search = { marker: markerOf(workflowId), login, after: commentCount };
  const earlier = attempt > 1 ? await findComment(github, address, search, signal) : null;
  return earlier ?? postComment(github, address, body);
}

export interface OwnComment {
  readonly github: GitHub;
  readonly address: IssueAddress;
  /** The name of the step that posts it. */
  readonly postedIn: string;
}

/**
 * Finds the comment of a workflow that does not complete. Its worker may have posted it without
 * recording it.
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
  // Nothing is posted before the issue is read.
  if (issue === undefined) return null;
  const login = ctx.kept(AUTHENTICATE, authenticatedSchema)?.login ?? null;
  const search = { marker: markerOf(ctx.workflowId), login, after: issue.commentCount };
  return await findComment(github, address, search, ctx.signal);
}
