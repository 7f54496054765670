import type { StartedWorkflow } from '@runtape/engine/start';
import { formatTarget, type startReviewSchema } from '@runtape/events';
import type { z } from 'zod';
import { requireChooseModel } from '../accounts/permissions.ts';
import type { StartContext } from './start-context.ts';
import { titleOf } from './title.ts';
import { asJson } from './as-json.ts';
import { checkIssueTarget } from './check-target.ts';
import { start } from './start.ts';

/**
 * Starts reviewIssue; with an idempotency key, at most once.
 * @throws ApiError `unknown_sample`, `local_not_allowed`, `model_not_allowed`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function startReview(
  ctx: StartContext,
  { threadId, idempotencyKey, ...input }: z.output<typeof startReviewSchema>,
): Promise<StartedWorkflow> {
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
}
