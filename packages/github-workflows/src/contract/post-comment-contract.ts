import { defineContract } from '@runtape/engine/define';
import { exactObject, idempotencyKeySchema, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { githubIssueSchema } from './targets.ts';

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

export const postCommentContract = defineContract({
  name: 'postComment',
  input: postCommentInputSchema,
  result: postCommentResultSchema,
});
