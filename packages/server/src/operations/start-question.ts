import { operations } from '@runtape/contract';
import { type RepositoryTarget } from '@runtape/events';
import { implement } from '../http/operation.ts';
import { firstLineOf, checkRepositoryTarget } from '../start/check-target.ts';
import { asJson, start } from '../start/start.ts';

export const startQuestion = implement(
  operations.startQuestion,
  async (ctx, { threadId, idempotencyKey, ...input }) => {
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
);

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
