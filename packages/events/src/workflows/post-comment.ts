import { z } from 'zod';
import { exactObject } from '../exact-object.ts';
import { idempotencyKeySchema, workflowIdSchema } from '../ids.ts';
import { githubIssueSchema } from './target.ts';

/** GitHub takes 65,536 characters; some room is left for what marks the comment as ours. */
export const MAX_COMMENT_CHARS = 65_000;

export const commentBodySchema = z
  .string()
  .trim()
  .min(1, 'The comment is empty.')
  .max(MAX_COMMENT_CHARS, `A comment has at most ${MAX_COMMENT_CHARS} characters.`);

export const postCommentInputSchema = z.object({
  target: githubIssueSchema,
  /** Markdown, posted as it is. */
  body: commentBodySchema,
  /** The workflow whose draft it was. */
  draftedBy: workflowIdSchema,
});

/** The input of the postComment workflow. */
export type PostCommentInput = z.infer<typeof postCommentInputSchema>;

export const startPostSchema = exactObject({
  body: commentBodySchema,
  /** Posting twice with one key posts one comment. */
  idempotencyKey: idempotencyKeySchema.optional(),
});

export const postCommentResultSchema = z.object({ postedUrl: z.url() });

/** What postComment returns. */
export type PostCommentResult = z.infer<typeof postCommentResultSchema>;
