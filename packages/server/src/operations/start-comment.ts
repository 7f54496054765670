import { formatTarget, startCommentSchema } from '@runtape/events';
import { requirePost } from '../accounts/permissions.ts';
import { defineOperation } from '../http/operation.ts';
import { titleOf, checkIssueTarget } from '../start/check-target.ts';
import { start } from '../start/start.ts';

/**
 * Starts commentOnIssue; with an idempotency key, at most once.
 * @throws ApiError `unknown_sample`, `local_not_allowed`, `post_not_allowed`; EventLogError
 *   `idempotency_conflict`, `unavailable`.
 */
export const startComment = defineOperation({
  input: startCommentSchema,
  run: async (ctx, { target, post, threadId, idempotencyKey }) => {
    const sample = checkIssueTarget(ctx, target);
    if (post) requirePost(ctx);
    return await start(ctx, {
      workflow: 'commentOnIssue',
      input: { target, post },
      summary: { title: titleOf(target, sample), target: formatTarget(target) },
      threadId,
      idempotencyKey,
    });
  },
});
