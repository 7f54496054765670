import { type StartedWorkflow, startWorkflowRoute } from '@runtape/contract';
import type { z } from 'zod';
import type { ApiContext } from '../http/request-context.ts';
import { check, handleRoute } from '../http/route.ts';
import { idempotencyKeyOf, startedResponse } from '../http/started-response.ts';
import { startComment } from './start-comment.ts';
import { startQuestion } from './start-question.ts';
import { startReview } from './start-review.ts';

export const startRoute = handleRoute(
  startWorkflowRoute,
  async ({ request, body, ctx }) => {
    const { workflow, input, threadId } = body;
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const fields = { ...input, threadId, idempotencyKey };
    return startedResponse(ctx, await start(ctx, workflow, fields));
  },
  { needsUser: true },
);

async function start(
  ctx: ApiContext,
  workflow: z.output<typeof startWorkflowRoute.body>['workflow'],
  input: object,
): Promise<StartedWorkflow> {
  switch (workflow) {
    case 'commentOnIssue':
      return await startComment.run({ ctx, input: check(startComment.input, input) });
    case 'reviewIssue':
      return await startReview.run({ ctx, input: check(startReview.input, input) });
    case 'askRepository':
      return await startQuestion.run({ ctx, input: check(startQuestion.input, input) });
  }
}
