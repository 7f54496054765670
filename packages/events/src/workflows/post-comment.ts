import { z } from 'zod';
import { exactObject } from '../exact-object.ts';
import { idempotencyKeySchema, workflowIdSchema } from '../id-schemas.ts';
import { githubIssueSchema } from './target.ts';

/**
 * GitHub accepts 65,536 characters; the rest is room for the marker that identifies our comments.
 */
export const MAX_COMMENT_CHARS = 65_000;

export const commentBodySchema = z
  .string()
  .trim()
  .min(1, 'The comment is empty.')
  .max(MAX_COMMENT_CHARS, `A comment has at most ${MAX_COMMENT_CHARS} characters.`);

export const postCommentInputSchema = z.object({
  target: githubIssueSchema,
  /** Markdown, posted unchanged. */
  body: commentBodySchema,
  /** The workflow that drafted the comment. */
  draftedBy: workflowIdSchema,
});

export type PostCommentInput = z.infer<typeof postCommentInputSchema>;

export const startPostSchema = exactObject({
  body: commentBodySchema,
  /** A second request with the same key does not post another comment. */
  idempotencyKey: idempotencyKeySchema.optional(),
});

export const postCommentResultSchema = z.object({ postedUrl: z.url() });

export type PostCommentResult = z.infer<typeof postCommentResultSchema>;
