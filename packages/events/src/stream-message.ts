import type { z } from 'zod';
import { decodeShape, type Shape } from './decode-shape.ts';
import type { EventId } from './event-id.ts';
import { isEventType, type WorkflowEvent } from './event.ts';
import { eventShapes, messageShapes } from './message-shapes.ts';
import type {
  agentStateSchema,
  cursorMessageSchema,
  logStateSchema,
  replaySchema,
  resetReasonSchema,
  resetSchema,
  workflowStateSchema,
} from './stream-message-schemas.ts';

/** Why a cursor does not fit the log. */
export type ResetReason = z.infer<typeof resetReasonSchema>;

/** Sent to a reader whose cursor does not fit the log. Part of the stream, never of the log. */
export type ResetMessage = z.infer<typeof resetSchema>;

/**
 * The history as one message: the first one for a reader that requested a snapshot. Part of the
 * stream, never of the log.
 */
export type WorkflowStateMessage = z.infer<typeof workflowStateSchema>;

/** One agent of a snapshot. Sent before the snapshot's message in plain streams. */
export type AgentStateMessage = z.infer<typeof agentStateSchema>;

/** The latest log lines of a snapshot. Sent before the snapshot's message in plain streams. */
export type LogStateMessage = z.infer<typeof logStateSchema>;

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
export type Replay = z.infer<typeof replaySchema>;

/**
 * A message with its id: for an event the id of the entry, for a snapshot the cursor after which
 * events continue.
 */
export interface StreamEntry {
  readonly id: EventId;
  readonly message: StreamMessage;
}

/**
 * Decodes one message of a stream, as a client receives it: by the same rules as the schemas, but
 * without loading them.
 * @throws TypeError when it is neither an event nor a snapshot.
 */
export function decodeStreamMessage(value: unknown): StreamMessage;
export function decodeStreamMessage(value: unknown): unknown {
  return decodeShape(shapeOf(typeOf(value)), value);
}

/** Returns whether a value carries only a cursor. */
export function isCursorMessage(value: unknown): boolean {
  return typeOf(value) === 'cursor';
}

function shapeOf(type: unknown): Shape {
  if (typeof type !== 'string') throw new TypeError('A message of a stream has a type.');
  if (type === 'reset') return messageShapes.reset;
  if (type === 'workflow:state') return messageShapes['workflow:state'];
  const data = isEventType(type) ? eventShapes[type] : 'json';
  return { object: { type: 'string', data, ...messageShapes.envelope.object } };
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
}

/** Returns whether a message replaces the state, as opposed to an event that changes it. */
export function isSnapshotMessage(message: StreamMessage): message is SnapshotMessage {
  return message.type === 'reset' || message.type === 'workflow:state';
}
