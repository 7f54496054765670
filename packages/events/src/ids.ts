import { z } from 'zod';

/** Letters and digits after a short prefix: safe in URLs, file names, Redis keys and hash tags. */
export const workflowIdSchema = z
  .string()
  .regex(/^wf_[0-9a-z]{16,32}$/, 'A workflow id looks like "wf_" and 16 to 32 letters and digits.')
  .brand<'WorkflowId'>();

export type WorkflowId = z.infer<typeof workflowIdSchema>;

export const threadIdSchema = z
  .string()
  .regex(
    /^[0-9A-Za-z_-]{1,64}$/,
    'A thread id is 1 to 64 letters, digits, dashes and underscores.',
  );

export const idempotencyKeySchema = z
  .string()
  .min(1, 'An idempotency key is not empty.')
  .max(200, 'An idempotency key has at most 200 characters.');

/**
 * Returns whether a text has the form of a workflow id, regardless of whether the workflow exists.
 */
export function isWorkflowId(text: string): text is WorkflowId {
  return workflowIdSchema.safeParse(text).success;
}
