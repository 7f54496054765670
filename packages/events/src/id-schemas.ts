import { z } from 'zod';
import { EVENT_ID, EVENT_ID_FORM } from './event-id.ts';
import { THREAD_ID, THREAD_ID_FORM, WORKFLOW_ID } from './ids.ts';

export const eventIdSchema = z.string().regex(EVENT_ID, EVENT_ID_FORM).brand<'EventId'>();

export const workflowIdSchema = z
  .string()
  .regex(WORKFLOW_ID, 'A workflow id looks like "wf_" and 16 to 32 letters and digits.')
  .brand<'WorkflowId'>();

export const threadIdSchema = z.string().regex(THREAD_ID, THREAD_ID_FORM);

export const idempotencyKeySchema = z
  .string()
  .min(1, 'An idempotency key is not empty.')
  .max(200, 'An idempotency key has at most 200 characters.');
