import type { z } from 'zod';

/** Letters and digits after a short prefix: safe in URLs, file names, Redis keys and hash tags. */
export const WORKFLOW_ID = /^wf_[0-9a-z]{16,32}$/;

export type WorkflowId = string & z.core.$brand<'WorkflowId'>;

/**
 * Returns whether a text has the form of a workflow id, regardless of whether the workflow exists.
 */
export function isWorkflowId(text: string): text is WorkflowId {
  return WORKFLOW_ID.test(text);
}

export const THREAD_ID = /^[0-9A-Za-z_-]{1,64}$/;

export const THREAD_ID_FORM = 'A thread id is 1 to 64 letters, digits, dashes and underscores.';

/** Returns whether a text has the form of a thread id. */
export function isThreadId(text: string): boolean {
  return THREAD_ID.test(text);
}
