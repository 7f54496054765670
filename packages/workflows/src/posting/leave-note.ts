import type { CleanUpContext } from '@runtape/engine';
import type { IssueTarget } from '@runtape/events';
import type { GitHub } from '../github/github-client.ts';
import { cancelledText, failureText } from './comment-text.ts';
import { findOwnComment } from './find-own-comment.ts';
import { editComment } from './github-comments.ts';
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
  const placeholder = await findOwnComment(ctx, {
    github,
    address: target,
    postedIn: PLACE_COMMENT,
  });
  if (placeholder === null) return;
  const edit = { id: placeholder.id, body: await lastWords(ctx) };
  await editComment(github, target, edit, ctx.signal);
}

async function lastWords({ workflowId, end, signal }: CleanUpContext): Promise<string> {
  return end.status === 'cancelled'
    ? cancelledText(workflowId)
    : failureText(workflowId, end.error, signal);
}
