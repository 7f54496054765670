import { z } from 'zod';
import { idempotencyKeySchema, threadIdSchema } from '../ids.ts';
import { costSchema, usageSchema } from '../usage.ts';

const MAX_LOCAL_ISSUE_CHARS = 200_000;
const owner = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'That is not the name of a GitHub owner.');
const repo = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'That is not the name of a GitHub repository.');

export const commentTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sample'), name: z.string().min(1).max(100) }),
  z.object({ kind: z.literal('github'), owner, repo, issueNumber: z.int().positive() }),
  z.object({
    kind: z.literal('local'),
    /** The issue as Markdown; its first heading or line is the title. */
    issue: z.string().trim().min(1, 'The issue is empty.').max(MAX_LOCAL_ISSUE_CHARS),
    /** The folder with the code, as an absolute path on the server's machine. */
    path: z.string().min(1, 'Name the folder with the code.'),
  }),
]);

/** What to comment on. */
export type CommentTarget = z.infer<typeof commentTargetSchema>;

export const commentOnIssueInputSchema = z.object({
  target: commentTargetSchema,
  /** Post the draft to GitHub; only for a `github` target. Default: false. */
  post: z.boolean().default(false),
});

/** The input of the commentOnIssue workflow. */
export type CommentOnIssueInput = z.infer<typeof commentOnIssueInputSchema>;

export const startCommentSchema = z
  .object({
    ...commentOnIssueInputSchema.shape,
    threadId: threadIdSchema.optional(),
    /** Starting twice with one key gives one workflow. */
    idempotencyKey: idempotencyKeySchema.optional(),
  })
  .refine((start) => !start.post || start.target.kind === 'github', {
    path: ['post'],
    message:
      'Only a comment on a GitHub issue can be posted. Leave out `post`, or name owner/repo#number.',
  });

/** The input of the `startComment` mutation. */
export type StartComment = z.input<typeof startCommentSchema>;

export const sourceSchema = z.object({
  path: z.string(),
  /** First and last line that were read, from 1. */
  lines: z.tuple([z.int().positive(), z.int().positive()]),
});

export const commentOnIssueResultSchema = z.object({
  comment: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  sources: z.array(sourceSchema),
  postedUrl: z.url().optional(),
});

/** What commentOnIssue returns. */
export type CommentOnIssueResult = z.infer<typeof commentOnIssueResultSchema>;
