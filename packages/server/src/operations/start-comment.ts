import { operations } from '@runtape/contract';
import { formatTarget } from '@runtape/events';
import { requirePost } from '../accounts/permissions.ts';
import { implement } from '../http/operation.ts';
import { titleOf, checkIssueTarget } from '../start/check-target.ts';
import { start } from '../start/start.ts';

export const startComment = implement(
  operations.startComment,
  async (ctx, { target, post, threadId, idempotencyKey }) => {
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
);
