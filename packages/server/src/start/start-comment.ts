import type { StartedWorkflow } from '@runtape/engine/start';
import { formatTarget, type startCommentSchema } from '@runtape/events';
import type { z } from 'zod';
import { requirePost } from '../accounts/permissions.ts';
import type { StartContext } from './start-context.ts';
import { titleOf } from './title.ts';
import { checkIssueTarget } from './check-target.ts';
import { start } from './start.ts';

/**
 * Starts commentOnIssue; with an idempotency key, at most once.
 * @throws ApiError `unknown_sample`, `local_not_allowed`, `post_not_allowed`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function startComment(
  ctx: StartContext,
  { target, post, threadId, idempotencyKey }: z.output<typeof startCommentSchema>,
): Promise<StartedWorkflow> {
  const sample = checkIssueTarget(ctx, target);
  if (post) requirePost(ctx);
  return await start(ctx, {
    workflow: 'commentOnIssue',
    input: { target, post },
    summary: { title: titleOf(target, sample), target: formatTarget(target) },
    threadId,
    idempotencyKey,
  });
}
