import { operations } from '@runtape/contract';
import { implement } from '../http/operation.ts';
import { startWorkflow } from '../start/start-workflow.ts';

export const startQuestion = implement(
  operations.startQuestion,
  async (ctx, { threadId, idempotencyKey, ...input }) =>
    await startWorkflow(ctx, { workflow: 'askRepository', input, threadId, idempotencyKey }),
);
