import { z } from 'zod';
import { decodeEvent } from './decode-event.ts';
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
    /** What the log holds up to `cursor`; replaces all a client had. */
    snapshot: workflowSnapshotSchema,
    cursor: eventIdSchema,
  }),
  timestamp: z.iso.datetime(),
});

/** Told to a reader whose cursor does not fit the log. Part of the stream, never of the log. */
export type ResetMessage = z.infer<typeof resetSchema>;

export const workflowStateSchema = z.object({
  type: z.literal('workflow:state'),
  /** What the log holds up to the message's id. */
  data: z.object({ snapshot: workflowSnapshotSchema }),
  timestamp: z.iso.datetime(),
});

/**
 * The past in one message, the first to a reader who asked for it so. Part of the stream, never of
 * the log.
 */
export type WorkflowStateMessage = z.infer<typeof workflowStateSchema>;

export const agentStateSchema = z.object({
  type: z.literal('agent:state'),
  data: z.object({ agent: agentSchema }),
  timestamp: z.iso.datetime(),
});

/** One agent as a snapshot has it. Comes before the snapshot's message in plain streams. */
export type AgentStateMessage = z.infer<typeof agentStateSchema>;

export const logStateSchema = z.object({
  type: z.literal('log:state'),
  /** The last 50 at most, the oldest first. */
  data: z.object({ logs: z.array(logLineSchema) }),
  timestamp: z.iso.datetime(),
});

/** The latest log lines of a snapshot. Comes before the snapshot's message in plain streams. */
export type LogStateMessage = z.infer<typeof logStateSchema>;

export const cursorMessageSchema = z.object({
  type: z.literal('cursor'),
  data: z.object({}),
  /** Of the event it stands at. */
  timestamp: z.iso.datetime(),
});

/**
 * Nothing but a place to go on after, for a reader who asked for some types only: everything up to
 * the message's id was left out or delivered. Part of the stream, never of the log.
 */
export type CursorMessage = z.infer<typeof cursorMessageSchema>;

/** Replaces all a reader had: its stream goes on after the snapshot. */
export type SnapshotMessage = ResetMessage | WorkflowStateMessage;

/** Whatever a stream of a workflow can deliver. */
export type StreamMessage = WorkflowEvent | SnapshotMessage;

/**
 * How a reader without a cursor wants the past: as one `workflow:state`, or as the events that made
 * it.
 */
export const replaySchema = z.enum(['snapshot', 'events']);
export type Replay = z.infer<typeof replaySchema>;

/**
 * A message with its id: for an event the entry's, for a snapshot the cursor after which events go
 * on.
 */
export interface StreamEntry {
  readonly id: EventId;
  readonly message: StreamMessage;
}

const typeSchema = z.object({ type: z.string() });

/**
 * Reads one message of a stream, as a client gets it.
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

/** Tells the messages that replace the state from the events that change it. */
export function isSnapshotMessage(message: StreamMessage): message is SnapshotMessage {
  return message.type === 'reset' || message.type === 'workflow:state';
}
