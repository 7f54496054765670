import type { CleanUpContext } from '@runtape/engine';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../issue/issue.ts';
import { cancelledText, failureText } from './comment-text.ts';
import { editComment } from './github-comments.ts';
import { findOwnComment, PLACE_COMMENT } from './post-once.ts';

/**
 * Replaces the placeholder of a cancelled or failed workflow with a note that says so. Idempotent;
 * does nothing without a placeholder.
 * @throws as every request to GitHub. The placeholder then stays; its text explains that.
 */
export async function replacePlaceholder(
  ctx: CleanUpContext,
  github: GitHub,
  address: IssueAddress,
): Promise<void> {
  if (!github.hasToken) return;
  const { workflowId, end, signal } = ctx;
  const placeholder = await findOwnComment(ctx, { github, address, postedIn: PLACE_COMMENT });
  if (placeholder === null) return;
  const body =
    end.status === 'cancelled'
      ? cancelledText(workflowId)
      : await failureText(workflowId, end.error, signal);
  await editComment(github, address, { id: placeholder.id, body }, signal);
}
