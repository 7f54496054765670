import type { WorkflowId } from '@runtape/events';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../github/read-github-issue.ts';
import { markerOf } from './comment-text.ts';
import { findComment, postComment, type PostedComment } from './github-comments.ts';

/** The step that posts the placeholder. */
export const PLACE_COMMENT = 'place-comment';

/** What is to be posted, once for all attempts. */
export interface PostingRequest {
  readonly workflowId: WorkflowId;
  readonly attempt: number;
  readonly address: IssueAddress;
  readonly login: string | null;
  /** How many comments the issue had before ours. */
  readonly commentCount: number;
  /** Begins with the workflow's marker. */
  readonly body: string;
  /** Ends the search for what an earlier attempt posted, not the posting. */
  readonly signal: AbortSignal;
}

/** Posts a comment, or finds the one that an earlier attempt posted without being able to say so. */
export async function postOnce(
  github: GitHub,
  { workflowId, attempt, address, login, commentCount, body, signal }: PostingRequest,
): Promise<PostedComment> {
  const search = { marker: markerOf(workflowId), login, after: commentCount };
  const earlier = attempt > 1 ? await findComment(github, address, search, signal) : null;
  return earlier ?? postComment(github, address, body);
}
