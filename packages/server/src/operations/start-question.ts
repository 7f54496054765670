import { type RepositoryTarget, startQuestionSchema } from '@runtape/events';
import { defineOperation } from '../http/operation.ts';
import { firstLineOf, checkRepositoryTarget } from '../start/check-target.ts';
import { asJson, start } from '../start/start.ts';

/**
 * Starts askRepository; with an idempotency key, at most once.
 * @throws ApiError `local_not_allowed`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export const startQuestion = defineOperation({
  input: startQuestionSchema,
  run: async (ctx, { threadId, idempotencyKey, ...input }) => {
    const { question, target } = input;
    checkRepositoryTarget(ctx, target);
    return await start(ctx, {
      workflow: 'askRepository',
      input: asJson(input),
      summary: { title: firstLineOf(question), target: nameOf(target) },
      threadId,
      idempotencyKey,
    });
  },
});

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
