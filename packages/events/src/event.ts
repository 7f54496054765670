import { z } from 'zod';
import { agentPayloads } from './payloads/agent.ts';
import { budgetPayloads } from './payloads/budget.ts';
import { progressPayloads } from './payloads/progress.ts';
import { tokenPayloads } from './payloads/token.ts';
import { toolPayloads } from './payloads/tool.ts';
import { TERMINAL_TYPES, type TerminalType, workflowPayloads } from './payloads/workflow.ts';
import { costSchema, usageSchema } from './usage.ts';

/** The schema of each event's `data`, by event type. */
export const payloads = {
  ...workflowPayloads,
  ...progressPayloads,
  ...tokenPayloads,
  ...toolPayloads,
  ...agentPayloads,
  ...budgetPayloads,
} as const;

export type EventType = keyof typeof payloads;
export type EventData<Type extends EventType> = z.infer<(typeof payloads)[Type]>;

const eventMetadataSchema = z.object({
  /** The attempt that wrote the event. */
  attempt: z.int().positive().optional(),
  /** The step in which it was emitted; superseded when the attempt ends before the step does. */
  step: z.string().optional(),
  /**
   * All that the workflow had spent by then, over all its attempts: on the first event after it
   * grew, and only with a budget. What a call takes that is under way is not among it.
   */
  spent: z.object({ usage: usageSchema.nullable(), cost: costSchema }).optional(),
});

/** What is known about an event beside its data. */
export type EventMetadata = z.infer<typeof eventMetadataSchema>;

const envelope = {
  /** When it was emitted: ISO 8601, UTC, milliseconds. */
  timestamp: z.iso.datetime(),
  metadata: eventMetadataSchema.optional(),
};

/** One event of a type this version knows. */
export type KnownEvent = {
  [Type in EventType]: {
    type: Type;
    data: EventData<Type>;
    timestamp: string;
    metadata?: EventMetadata | undefined;
  };
}[EventType];

/**
 * An event this version does not know: from a newer one, kept whole so that nothing is lost on its
 * way.
 */
export interface UnknownEvent {
  type: 'unknown';
  data: { type: string; data: z.core.util.JSONType };
  timestamp: string;
  metadata?: EventMetadata | undefined;
}

/** Anything a workflow's log can hold. */
export type WorkflowEvent = KnownEvent | UnknownEvent;

/** The event of one type, e.g. `EventOf<'token'>`. */
export type EventOf<Type extends WorkflowEvent['type']> = Extract<WorkflowEvent, { type: Type }>;

/** What a workflow emits: an event before the engine gives it its time and metadata. */
export type EmittedEvent = {
  [Type in EventType]: { type: Type; data: EventData<Type> };
}[EventType];

const emittedOfType = <Type extends EventType>(type: Type) =>
  z.object({ type: z.literal(type), data: payloads[type] });

const eventOfType = <Type extends EventType>(type: Type) => emittedOfType(type).extend(envelope);

export const knownEventSchema = z.discriminatedUnion('type', [
  eventOfType('workflow:started'),
  eventOfType('workflow:running'),
  eventOfType('workflow:paused'),
  eventOfType('workflow:resumed'),
  eventOfType('workflow:retrying'),
  eventOfType('workflow:completed'),
  eventOfType('workflow:failed'),
  eventOfType('workflow:cancelled'),
  eventOfType('status'),
  eventOfType('step:started'),
  eventOfType('step:completed'),
  eventOfType('log:created'),
  eventOfType('token'),
  eventOfType('tool:called'),
  eventOfType('tool:returned'),
  eventOfType('agent:started'),
  eventOfType('agent:progress'),
  eventOfType('agent:completed'),
  eventOfType('agent:failed'),
  eventOfType('budget:warning'),
  eventOfType('budget:exceeded'),
]);

/**
 * What a workflow emits. Without time and metadata, which the engine gives it, it is checked in
 * half the time.
 */
export const emittedEventSchema = z.discriminatedUnion('type', [
  emittedOfType('workflow:started'),
  emittedOfType('workflow:running'),
  emittedOfType('workflow:paused'),
  emittedOfType('workflow:resumed'),
  emittedOfType('workflow:retrying'),
  emittedOfType('workflow:completed'),
  emittedOfType('workflow:failed'),
  emittedOfType('workflow:cancelled'),
  emittedOfType('status'),
  emittedOfType('step:started'),
  emittedOfType('step:completed'),
  emittedOfType('log:created'),
  emittedOfType('token'),
  emittedOfType('tool:called'),
  emittedOfType('tool:returned'),
  emittedOfType('agent:started'),
  emittedOfType('agent:progress'),
  emittedOfType('agent:completed'),
  emittedOfType('agent:failed'),
  emittedOfType('budget:warning'),
  emittedOfType('budget:exceeded'),
]);

/** Tells whether an event type is one this version knows. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(payloads, type);
}

const terminalTypes: ReadonlySet<string> = new Set(TERMINAL_TYPES);

/** Tells whether an event ends its workflow. */
export function isTerminal(
  event: WorkflowEvent,
): event is Extract<KnownEvent, { type: TerminalType }> {
  return terminalTypes.has(event.type);
}

export { envelope as eventEnvelope };
