import { formatTarget, startReviewSchema } from '@runtape/events';
import { requireChooseModel } from '../accounts/permissions.ts';
import { defineOperation } from '../http/operation.ts';
import { titleOf, checkIssueTarget } from '../start/check-target.ts';
import { asJson, start } from '../start/start.ts';

/**
 * Starts reviewIssue; with an idempotency key, at most once.
 * @throws ApiError `unknown_sample`, `local_not_allowed`, `model_not_allowed`; EventLogError
 *   `idempotency_conflict`, `unavailable`.
 */
export const startReview = defineOperation({
  input: startReviewSchema,
  run: async (ctx, { threadId, idempotencyKey, ...input }) => {
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
});
