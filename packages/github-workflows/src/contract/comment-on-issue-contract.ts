import { defineContract } from '@runtape/engine/define';
import {
  costSchema,
  exactObject,
  idempotencyKeySchema,
  threadIdSchema,
  usageSchema,
} from '@runtape/events';
import { z } from 'zod';
import { givenIssueTargetSchema, issueTargetSchema, sourceSchema } from './targets.ts';

export const commentOnIssueInputSchema = z.object({
  target: issueTargetSchema,
  /** Whether to post the draft to GitHub; only for a `github` target. Default: false. */
  post: z.boolean().default(false),
});

export type CommentOnIssueInput = z.infer<typeof commentOnIssueInputSchema>;

/** The fields of the input as a client sends them. */
export const givenCommentFields = {
  ...commentOnIssueInputSchema.shape,
  target: givenIssueTargetSchema,
};

export const startCommentSchema = exactObject({
  ...givenCommentFields,
  threadId: threadIdSchema.optional(),
  /** A second start with the same key returns the workflow of the first. */
  idempotencyKey: idempotencyKeySchema.optional(),
}).refine((start) => !start.post || start.target.kind === 'github', {
  path: ['post'],
  message:
    'Only a comment on a GitHub issue can be posted. Leave out `post`, or name owner/repo#number.',
});

/** The input of the `startComment` mutation. */
export type StartComment = z.input<typeof startCommentSchema>;

export const commentOnIssueResultSchema = z.object({
  comment: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  sources: z.array(sourceSchema),
  /** Whether the model was stopped early, e.g. by a length limit. */
  isCutOff: z.boolean().default(false),
  postedUrl: z.url().optional(),
});

export type CommentOnIssueResult = z.infer<typeof commentOnIssueResultSchema>;

export const commentOnIssueContract = defineContract({
  name: 'commentOnIssue',
  input: commentOnIssueInputSchema,
  result: commentOnIssueResultSchema,
});
