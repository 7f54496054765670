import { operations } from '@runtape/contract';
import { implement } from '../http/operation.ts';
import { startWorkflow } from '../start/start-workflow.ts';

export const startReview = implement(
  operations.startReview,
  async (ctx, { threadId, idempotencyKey, ...input }) =>
    await startWorkflow(ctx, { workflow: 'reviewIssue', input, threadId, idempotencyKey }),
);
