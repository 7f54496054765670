import { operations } from '@runtape/contract';
import { formatTarget } from '@runtape/events';
import { requireChooseModel } from '../accounts/permissions.ts';
import { implement } from '../http/operation.ts';
import { titleOf, checkIssueTarget } from '../start/check-target.ts';
import { asJson, start } from '../start/start.ts';

export const startReview = implement(
  operations.startReview,
  async (ctx, { threadId, idempotencyKey, ...input }) => {
    const { target } = input;
    const sample = checkIssueTarget(ctx, target);
    if (Object.keys(input.models ?? {}).length > 0) requireChooseModel(ctx);
    return await start(ctx, {
      workflow: 'reviewIssue',
      input: asJson(input),
      summary: { title: titleOf(target, sample), target: formatTarget(target) },
      threadId,
      idempotencyKey,
    });
  },
);
