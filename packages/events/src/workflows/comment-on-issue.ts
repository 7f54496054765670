import { z } from 'zod';
import { exactObject } from '../exact-object.ts';
import { idempotencyKeySchema, threadIdSchema } from '../ids.ts';
import { costSchema, usageSchema } from '../usage.ts';
import { givenIssueTargetSchema, issueTargetSchema, sourceSchema } from './target.ts';

export const commentOnIssueInputSchema = z.object({
  target: issueTargetSchema,
  /** Post the draft to GitHub; only for a `github` target. Default: false. */
  post: z.boolean().default(false),
});

/** The input of the commentOnIssue workflow. */
export type CommentOnIssueInput = z.infer<typeof commentOnIssueInputSchema>;

/** The fields of the input as a client sends them. */
export const givenCommentFields = {
  ...commentOnIssueInputSchema.shape,
  target: givenIssueTargetSchema,
};

export const startCommentSchema = exactObject({
  ...givenCommentFields,
  threadId: threadIdSchema.optional(),
  /** Starting twice with one key gives one workflow. */
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
  /** The model was stopped before its end, e.g. by a limit of its length. */
  isCutOff: z.boolean().default(false),
  postedUrl: z.url().optional(),
});

/** What commentOnIssue returns. */
export type CommentOnIssueResult = z.infer<typeof commentOnIssueResultSchema>;
