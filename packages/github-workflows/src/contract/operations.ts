import {
  type CallsOf,
  defineOperation,
  defineRoute,
  idempotencyKeyHeader,
  noInput,
  noQuery,
  type Operations,
  output,
  type RouterOf,
  startedOutput,
  startErrors,
  workflowIdInputSchema,
  workflowParams,
} from '@runtape/contract';
import { exactObject, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { startQuestionSchema } from './ask-repository-contract.ts';
import { startCommentSchema } from './comment-on-issue-contract.ts';
import { startPostSchema } from './post-comment-contract.ts';
import { githubProcedures } from './procedures.ts';
import { startReviewSchema } from './review-issue-contract.ts';

/** Starts commentOnIssue; with an idempotency key, at most once. */
const startComment = defineOperation(githubProcedures.startComment, {
  input: startCommentSchema,
  output: startedOutput,
  errors: [...startErrors, 'local_not_allowed', 'unknown_sample', 'post_not_allowed'],
});

/** Starts reviewIssue; with an idempotency key, at most once. */
const startReview = defineOperation(githubProcedures.startReview, {
  input: startReviewSchema,
  output: startedOutput,
  errors: [...startErrors, 'local_not_allowed', 'unknown_sample', 'model_not_allowed'],
});

/** Starts askRepository; with an idempotency key, at most once. */
const startQuestion = defineOperation(githubProcedures.startQuestion, {
  input: startQuestionSchema,
  output: startedOutput,
  errors: [...startErrors, 'local_not_allowed'],
});

/** The features that the client may use, so that a page offers nothing that would be refused. */
const features = defineOperation(githubProcedures.features, {
  input: noInput,
  errors: [],
  output: output(
    z.object({
      /** Whether targets may be folders on the server's machine. */
      folders: z.boolean(),
      /** Whether the caller may post drafts to GitHub, as far as the server knows. */
      posting: z.boolean(),
      /** Why the caller may not post; `null` if posting is allowed. */
      postingObstacle: z.enum(['post_not_allowed', 'post_needs_token']).nullable(),
      /** Whether the caller may use private repositories. */
      privateRepositories: z.boolean(),
      /** Whether the caller may choose other models than the server's. */
      models: z.boolean(),
      /** The host of GitHub's pages; URLs on other hosts are not GitHub URLs. */
      githubHost: z.string(),
    }),
  ),
});

/** A sample issue that is part of Runtape. */
export interface SampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** Markdown. */
  readonly issue: string;
}

/** Lists the sample issues. */
const samples = defineOperation(githubProcedures.samples, {
  input: noInput,
  errors: [],
  output: output<SampleInfo[]>(
    z.array(
      z.object({ name: z.string(), title: z.string(), summary: z.string(), issue: z.string() }),
    ),
  ),
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
const postComment = defineOperation(githubProcedures.postComment, {
  input: exactObject({
    ...startPostSchema.shape,
    /** The workflow that drafted the comment. */
    workflowId: workflowIdInputSchema,
  }),
  output: startedOutput,
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

/** The operations of the plugin, by name. */
export const githubOperations = {
  startComment,
  startQuestion,
  startReview,
  postComment,
  features,
  samples,
} as const;

export type GithubOperations = typeof githubOperations;

/** The methods of a client for them. */
export type GithubCalls = CallsOf<GithubOperations>;

/** The type of the tRPC router of a server with the plugin. */
export type GithubRouter<Context extends object = object> = RouterOf<
  Operations & GithubOperations,
  Context
>;
