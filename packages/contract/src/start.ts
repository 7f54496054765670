import {
  exactObject,
  idempotencyKeySchema,
  startCommentSchema,
  startPostSchema,
  startQuestionSchema,
  startReviewSchema,
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import { z } from 'zod';
import { workflowIdInputSchema, workflowParams } from './fields.ts';
import { defineOperation, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noParams, noQuery } from './route.ts';

/** A workflow that was started, now or earlier with the same idempotency key. */
export interface StartedWorkflow {
  readonly workflowId: WorkflowId;
  /** False if it was started earlier with the same idempotency key. */
  readonly created: boolean;
}

const startedSchema = z.object({
  workflowId: workflowIdSchema,
  created: z.boolean().describe('False when the idempotency key had started it before.'),
});
const started = output<StartedWorkflow>(startedSchema);

const startErrors = [
  'not_your_thread',
  'idempotency_conflict',
  'too_many_starts',
  'too_many_workflows',
] as const;

const common = {
  threadId: threadIdSchema.optional(),
  idempotencyKey: idempotencyKeySchema
    .optional()
    .describe('Starting twice with one key gives one workflow.'),
};

const startSchema = exactObject({
  /** Name of the workflow definition. */
  workflow: z.string(),
  /** Checked by the schema of the definition. */
  input: z.unknown(),
  ...common,
});

/** Starts a workflow by the name of its definition; with an idempotency key, at most once. */
export const start = defineOperation(procedures.start, {
  input: startSchema,
  output: started,
  errors: ['unknown_workflow_name', ...startErrors],
});

/** Returns the schema of the body that starts one definition. */
export function startBodyOf<Name extends string, Input extends z.ZodType>(
  workflow: Name,
  input: Input,
) {
  return exactObject({ workflow: z.literal(workflow), input, ...common });
}

/** Starts commentOnIssue; with an idempotency key, at most once. */
export const startComment = defineOperation(procedures.startComment, {
  input: startCommentSchema,
  output: started,
  errors: [...startErrors, 'local_not_allowed', 'unknown_sample', 'post_not_allowed'],
});

/** Starts reviewIssue; with an idempotency key, at most once. */
export const startReview = defineOperation(procedures.startReview, {
  input: startReviewSchema,
  output: started,
  errors: [...startErrors, 'local_not_allowed', 'unknown_sample', 'model_not_allowed'],
});

/** Starts askRepository; with an idempotency key, at most once. */
export const startQuestion = defineOperation(procedures.startQuestion, {
  input: startQuestionSchema,
  output: started,
  errors: [...startErrors, 'local_not_allowed'],
});

const idempotencyKeyHeader = {
  'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.',
};
const startedDoc = {
  json: { name: 'StartedWorkflow', schema: startedSchema },
  headers: { Location: 'Where the workflow is.' },
};

/** The same as `start`. The body is checked, and documented, by the schema of its definition. */
export const startWorkflowRoute = defineRoute({
  method: 'POST',
  path: '/api/workflows',
  id: 'startWorkflow',
  tag: 'workflows',
  summary: 'Starts a workflow.',
  params: noParams,
  query: noQuery,
  body: z.record(z.string(), z.unknown()),
  bodyName: 'StartWorkflow',
  headers: idempotencyKeyHeader,
  answers: {
    200: { description: 'The idempotency key has started it before.', ...startedDoc },
    201: { description: 'It is started.', ...startedDoc },
  },
  refusals: [403, 404, 409, 413, 415],
});

const postedDoc = {
  json: {
    name: 'StartedPost',
    schema: z.object({
      workflowId: workflowIdSchema.describe(
        'The workflow that posts it: follow it, like any other.',
      ),
      created: z.boolean().describe('False when the idempotency key had posted it before.'),
    }),
  },
  headers: { Location: 'Where the workflow that posts it is.' },
};

/**
 * Starts postComment, which posts a text on the issue for which a workflow drafted a comment; with
 * an idempotency key, at most once.
 */
export const postComment = defineOperation(procedures.postComment, {
  input: exactObject({
    ...startPostSchema.shape,
    /** The workflow that drafted the comment. */
    workflowId: workflowIdInputSchema,
  }),
  output: started,
  errors: [
    'unknown_workflow',
    'read_only',
    'post_needs_github_issue',
    'post_not_allowed',
    'post_needs_token',
    'not_your_thread',
    'idempotency_conflict',
    'too_many_starts',
    'too_many_workflows',
  ],
  route: defineRoute({
    method: 'POST',
    path: '/api/workflows/{workflowId}/post',
    id: 'postComment',
    tag: 'workflows',
    summary: 'Posts a comment that a workflow has drafted, as it was changed.',
    description:
      'Starts a workflow of its own, so that it is posted once whatever dies on the way.',
    params: workflowParams,
    query: noQuery,
    body: startPostSchema,
    maxBodyBytes: 512 * 1024,
    bodyName: 'PostComment',
    example: { body: { body: 'Thank you for the report.' } },
    headers: idempotencyKeyHeader,
    refusals: [400, 403, 404, 409, 413, 415],
    answers: {
      200: { description: 'The idempotency key has posted it before.', ...postedDoc },
      201: { description: 'It will be posted.', ...postedDoc },
    },
  }),
});
