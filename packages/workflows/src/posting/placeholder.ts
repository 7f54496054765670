import type { WorkflowId } from '@runtape/events';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../github/read-github-issue.ts';
import { markerOf, placeholderText } from './comment-text.ts';
import { findComment, postComment, type PostedComment } from './github-comments.ts';

/** The step that posts the placeholder. */
export const PLACE_COMMENT = 'place-comment';

const WRITE_TIMEOUT_MS = 30_000;

/**
 * The signal for a request that writes. Deliberately not the workflow's: a write that a cancel cuts off may have happened
 * or not, and then nobody knows which comment to put the honest note into.
 */
export function writeSignal(timeoutMs: number = WRITE_TIMEOUT_MS): AbortSignal {
  return AbortSignal.timeout(timeoutMs);
}

export interface PlaceholderRequest {
  readonly workflowId: WorkflowId;
  readonly attempt: number;
  readonly address: IssueAddress;
  readonly login: string | null;
  /** How many comments the issue had before ours. */
  readonly commentCount: number;
  /** Ends the search for an earlier placeholder, not the posting of a new one. */
  readonly signal: AbortSignal;
}

/** Posts the placeholder, or finds the one that an earlier attempt posted without being able to say so. */
export async function placePlaceholder(
  github: GitHub,
  { workflowId, attempt, address, login, commentCount, signal }: PlaceholderRequest,
): Promise<PostedComment> {
  const search = { marker: markerOf(workflowId), login, after: commentCount };
  const earlier = attempt > 1 ? await findComment(github, address, search, signal) : null;
  return earlier ?? postComment(github, address, placeholderText(workflowId), writeSignal());
}
