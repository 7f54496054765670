import {
  exactObject,
  givenCommentFields,
  givenQuestionFields,
  givenReviewFields,
  idempotencyKeySchema,
  startCommentSchema,
  startQuestionSchema,
  startReviewSchema,
  threadIdSchema,
  workflowIdSchema,
} from '@runtape/events';
import type { StartedWorkflow } from '@runtape/engine/start';
import { z } from 'zod';
import type { ApiContext } from '../../operations/api-context.ts';
import { startComment } from '../../start/start-comment.ts';
import { startQuestion } from '../../start/start-question.ts';
import { startReview } from '../../start/start-review.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { check, defineRoute, noParams, noQuery } from '../route.ts';

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
export const startWorkflow = defineRoute({
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
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const { workflowId, created } = await start(ctx, { ...body, idempotencyKey });
    return Response.json(
      { workflowId, created },
      {
        status: created ? 201 : 200,
        headers: { Location: `${ctx.basePath}/api/workflows/${workflowId}` },
      },
    );
  },
});

async function start(
  ctx: ApiContext,
  { workflow, input, threadId, idempotencyKey }: z.output<typeof bodySchema>,
): Promise<StartedWorkflow> {
  const given = { ...input, threadId, idempotencyKey };
  switch (workflow) {
    case 'commentOnIssue':
      return await startComment(ctx, check(startCommentSchema, given));
    case 'reviewIssue':
      return await startReview(ctx, check(startReviewSchema, given));
    case 'askRepository':
      return await startQuestion(ctx, check(startQuestionSchema, given));
  }
}
