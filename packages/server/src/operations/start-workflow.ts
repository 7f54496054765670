import {
  exactObject,
  givenCommentFields,
  givenQuestionFields,
  givenReviewFields,
  idempotencyKeySchema,
  threadIdSchema,
  workflowIdSchema,
} from '@runtape/events';
import type { StartedWorkflow } from '@runtape/engine/start';
import { z } from 'zod';
import type { ApiContext } from '../http/request-context.ts';
import { startComment } from './start-comment.ts';
import { startQuestion } from './start-question.ts';
import { startReview } from './start-review.ts';
import { idempotencyKeyOf, startedResponse } from './started.ts';
import { check, defineRoute, noParams, noQuery } from '../http/route.ts';

const common = {
  threadId: threadIdSchema.optional(),
  idempotencyKey: idempotencyKeySchema
    .optional()
    .describe('Starting twice with one key gives one workflow.'),
};
/** Over tRPC they are fields of the input. */
const elsewhere = { threadId: 'beside "input"', idempotencyKey: 'beside "input"' };
const bodySchema = z.discriminatedUnion(
  'workflow',
  [
    exactObject({
      workflow: z.literal('commentOnIssue'),
      input: exactObject(givenCommentFields, elsewhere),
      ...common,
    }),
    exactObject({
      workflow: z.literal('reviewIssue'),
      input: exactObject(givenReviewFields, elsewhere),
      ...common,
    }),
    exactObject({
      workflow: z.literal('askRepository'),
      input: exactObject(givenQuestionFields, elsewhere),
      ...common,
    }),
  ],
  {
    error: 'There is no such workflow. There are: commentOnIssue, reviewIssue, askRepository.',
  },
);

const startedSchema = z.object({
  workflowId: workflowIdSchema,
  created: z.boolean().describe('False when the idempotency key had started it before.'),
});
const json = { name: 'StartedWorkflow', schema: startedSchema };
const headers = { Location: 'Where the workflow is.' };

/** Starts a workflow; with an idempotency key, at most once. */
export const startRoute = defineRoute({
  method: 'POST',
  path: '/api/workflows',
  id: 'startWorkflow',
  tag: 'workflows',
  summary: 'Starts a workflow.',
  params: noParams,
  query: noQuery,
  body: bodySchema,
  needsUser: true,
  bodyName: 'StartWorkflow',
  example: {
    body: { workflow: 'askRepository', input: { question: 'How does a reader resume?' } },
  },
  headers: { 'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.' },
  answers: {
    200: { description: 'The idempotency key has started it before.', json, headers },
    201: { description: 'It is started.', json, headers },
  },
  refusals: [403, 404, 409, 413, 415],
  handle: async ({ request, body, ctx }) => {
    const { workflow, input, threadId } = body;
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const given = { ...input, threadId, idempotencyKey };
    return startedResponse(ctx, await start(ctx, workflow, given));
  },
});

async function start(
  ctx: ApiContext,
  workflow: z.output<typeof bodySchema>['workflow'],
  given: object,
): Promise<StartedWorkflow> {
  switch (workflow) {
    case 'commentOnIssue':
      return await startComment.run({ ctx, input: check(startComment.input, given) });
    case 'reviewIssue':
      return await startReview.run({ ctx, input: check(startReview.input, given) });
    case 'askRepository':
      return await startQuestion.run({ ctx, input: check(startQuestion.input, given) });
  }
}
