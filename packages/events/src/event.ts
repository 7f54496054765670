import type { z } from 'zod';
import type { eventMetadataSchema, payloads } from './event-schemas.ts';
import { eventShapes } from './message-shapes.ts';

export type EventType = keyof typeof payloads;
export type EventData<Type extends EventType> = z.infer<(typeof payloads)[Type]>;

export type EventMetadata = z.infer<typeof eventMetadataSchema>;

/** An event of a type that this version knows. */
export type KnownEvent = {
  [Type in EventType]: {
    type: Type;
    data: EventData<Type>;
    timestamp: string;
    metadata?: EventMetadata | undefined;
  };
}[EventType];

/**
 * An event type that is not built in: any other string. An ambient enum, which exists in types
 * only, because comparing `event.type` with a built-in type narrows an event, as it would not with
 * `string`.
 */
export declare enum OtherType {
  any = 'any type that is not built in',
}

/**
 * An event of a type that is not built in: of a workflow's own, or of a newer version. Its data is
 * kept unchanged.
 */
export interface OtherEvent {
  type: OtherType;
  data: z.core.util.JSONType;
  timestamp: string;
  metadata?: EventMetadata | undefined;
}

/** Any event of a workflow's log. */
export type WorkflowEvent = KnownEvent | OtherEvent;

/** The event of one type, e.g. `EventOf<'token'>`. */
export type EventOf<Type extends WorkflowEvent['type']> = Extract<WorkflowEvent, { type: Type }>;

/** An event as a workflow emits it, before the engine adds its time and metadata. */
export type EmittedEvent = {
  [Type in EventType]: { type: Type; data: EventData<Type> };
}[EventType];

/**
 * The event types that end a workflow: exactly one of them is the last event of every ended
 * workflow.
 */
export const TERMINAL_TYPES = [
  'workflow:completed',
  'workflow:failed',
  'workflow:cancelled',
] as const;

export type TerminalType = (typeof TERMINAL_TYPES)[number];

/** Returns whether an event type is built in. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventShapes, type);
}

/** Returns whether an event type is not built in. */
export function isOtherType(type: string): type is OtherType {
  return !isEventType(type);
}

/** Returns whether the type of an event is not built in. */
export function isOtherEvent(event: WorkflowEvent): event is OtherEvent {
  return isOtherType(event.type);
}

const terminalTypes: ReadonlySet<string> = new Set(TERMINAL_TYPES);

/** Returns whether an event ends its workflow. */
export function isTerminal(
  event: WorkflowEvent,
): event is Extract<KnownEvent, { type: TerminalType }> {
  return terminalTypes.has(event.type);
}
