import type { StartedWorkflow } from '@runtape/engine/start';
import type { RepositoryTarget, startQuestionSchema } from '@runtape/events';
import type { z } from 'zod';
import type { StartContext } from './start-context.ts';
import { firstLineOf } from './title.ts';
import { asJson } from './as-json.ts';
import { checkRepositoryTarget } from './check-target.ts';
import { start } from './start.ts';

/**
 * Starts askRepository; with an idempotency key, at most once.
 * @throws ApiError `local_not_allowed`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function startQuestion(
  ctx: StartContext,
  { threadId, idempotencyKey, ...input }: z.output<typeof startQuestionSchema>,
): Promise<StartedWorkflow> {
  const { question, target } = input;
  checkRepositoryTarget(ctx, target);
  return await start(ctx, {
    workflow: 'askRepository',
    input: asJson(input),
    summary: { title: firstLineOf(question), target: nameOf(target) },
    threadId,
    idempotencyKey,
  });
}

function nameOf(target: RepositoryTarget): string {
  switch (target.kind) {
    case 'sample':
      return 'Runtape’s own code';
    case 'github':
      return `${target.owner}/${target.repo}`;
    case 'local':
      return target.path;
  }
}
