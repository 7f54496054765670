import { operations } from '@runtape/contract';
import { implement } from '../http/operation.ts';
import { startWorkflow } from '../start/start-workflow.ts';

export const startComment = implement(
  operations.startComment,
  async (ctx, { threadId, idempotencyKey, ...input }) =>
    await startWorkflow(ctx, { workflow: 'commentOnIssue', input, threadId, idempotencyKey }),
);
