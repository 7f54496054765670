import { z } from 'zod';
import { decodeEvent } from './decode-event.ts';
import { eventIdSchema, type EventId } from './event-id.ts';
import type { WorkflowEvent } from './event.ts';
import { workflowSnapshotSchema } from './snapshot.ts';

export const resetReasonSchema = z.enum(['trimmed', 'ahead', 'other_incarnation']);

export const resetSchema = z.object({
  type: z.literal('reset'),
  data: z.object({
    reason: resetReasonSchema,
    /** What the log holds up to `cursor`; replaces all a client had. */
    snapshot: workflowSnapshotSchema,
    cursor: eventIdSchema,
  }),
  timestamp: z.iso.datetime(),
});

/** Told to a reader whose cursor does not fit the log. Part of the stream, never of the log. */
export type ResetMessage = z.infer<typeof resetSchema>;

/** Whatever a stream of a workflow can deliver. */
export type StreamMessage = WorkflowEvent | ResetMessage;

/** A message with its id: for an event the entry's, for a reset the new cursor. */
export interface StreamEntry {
  readonly id: EventId;
  readonly message: StreamMessage;
}

const typeSchema = z.object({ type: z.string() });

/**
 * Reads one message of a stream, as a client gets it.
 * @throws ZodError when it is neither an event nor a reset.
 */
export function decodeStreamMessage(value: unknown): StreamMessage {
  return typeSchema.parse(value).type === 'reset' ? resetSchema.parse(value) : decodeEvent(value);
}
