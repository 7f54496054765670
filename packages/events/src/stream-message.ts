import { z } from 'zod';
import { decodeEvent } from './event-codec.ts';
import { eventIdSchema, type EventId } from './event-id.ts';
import type { WorkflowEvent } from './event.ts';
import { agentSchema, logLineSchema, workflowSnapshotSchema } from './snapshot.ts';

export const resetReasonSchema = z.enum(['trimmed', 'ahead', 'other_incarnation']);

/** Why a cursor does not fit the log. */
export type ResetReason = z.infer<typeof resetReasonSchema>;

export const resetSchema = z.object({
  type: z.literal('reset'),
  data: z.object({
    reason: resetReasonSchema,
    /** The state of the log up to `cursor`; it replaces the client's whole state. */
    snapshot: workflowSnapshotSchema,
    cursor: eventIdSchema,
  }),
  timestamp: z.iso.datetime(),
});

/** Sent to a reader whose cursor does not fit the log. Part of the stream, never of the log. */
export type ResetMessage = z.infer<typeof resetSchema>;

export const workflowStateSchema = z.object({
  type: z.literal('workflow:state'),
  /** The state of the log up to the message's id. */
  data: z.object({ snapshot: workflowSnapshotSchema }),
  timestamp: z.iso.datetime(),
});

/**
 * The history as one message: the first one for a reader that requested a snapshot. Part of the
 * stream, never of the log.
 */
export type WorkflowStateMessage = z.infer<typeof workflowStateSchema>;

export const agentStateSchema = z.object({
  type: z.literal('agent:state'),
  data: z.object({ agent: agentSchema }),
  timestamp: z.iso.datetime(),
});

/** One agent of a snapshot. Sent before the snapshot's message in plain streams. */
export type AgentStateMessage = z.infer<typeof agentStateSchema>;

export const logStateSchema = z.object({
  type: z.literal('log:state'),
  /** At most the last 50 lines, oldest first. */
  data: z.object({ logs: z.array(logLineSchema) }),
  timestamp: z.iso.datetime(),
});

/** The latest log lines of a snapshot. Sent before the snapshot's message in plain streams. */
export type LogStateMessage = z.infer<typeof logStateSchema>;

export const cursorMessageSchema = z.object({
  type: z.literal('cursor'),
  data: z.object({}),
  /** The time of the event at this position. */
  timestamp: z.iso.datetime(),
});

/**
 * Carries only a cursor, for a reader that requested some types only: all events up to the
 * message's id were delivered or filtered out. Part of the stream, never of the log.
 */
export type CursorMessage = z.infer<typeof cursorMessageSchema>;

/** A message that replaces the reader's whole state; the stream continues after the snapshot. */
export type SnapshotMessage = ResetMessage | WorkflowStateMessage;

/** Any message that a workflow's stream can deliver. */
export type StreamMessage = WorkflowEvent | SnapshotMessage;

/**
 * How a reader without a cursor receives the history: as one `workflow:state`, or as its events.
 */
export const replaySchema = z.enum(['snapshot', 'events']);
export type Replay = z.infer<typeof replaySchema>;

/**
 * A message with its id: for an event the id of the entry, for a snapshot the cursor after which
 * events continue.
 */
export interface StreamEntry {
  readonly id: EventId;
  readonly message: StreamMessage;
}

const typeSchema = z.object({ type: z.string() });

/**
 * Decodes one message of a stream, as a client receives it.
 * @throws ZodError when it is neither an event nor a snapshot.
 */
export function decodeStreamMessage(value: unknown): StreamMessage {
  switch (typeSchema.parse(value).type) {
    case 'reset':
      return resetSchema.parse(value);
    case 'workflow:state':
      return workflowStateSchema.parse(value);
    default:
      return decodeEvent(value);
  }
}

/** Returns whether a message replaces the state, as opposed to an event that changes it. */
export function isSnapshotMessage(message: StreamMessage): message is SnapshotMessage {
  return message.type === 'reset' || message.type === 'workflow:state';
}
