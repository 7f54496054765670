import { z } from 'zod';
import { type EventType, isOtherType } from './event.ts';
import { agentPayloads } from './payloads/agent.ts';
import { budgetPayloads } from './payloads/budget.ts';
import { progressPayloads } from './payloads/progress.ts';
import { tokenPayloads } from './payloads/token.ts';
import { toolPayloads } from './payloads/tool.ts';
import { workflowPayloads } from './payloads/workflow.ts';
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

export const eventMetadataSchema = z.object({
  /** The attempt that wrote the event. */
  attempt: z.int().positive().optional(),
  /**
   * The step in which the event was emitted. The event is superseded if the attempt ends before the
   * step completes.
   */
  step: z.string().optional(),
  /**
   * The total spending of the workflow so far, over all attempts, without calls in progress. It is
   * present on the first event after each increase, and only with a budget.
   */
  spent: z.object({ usage: usageSchema.nullable(), cost: costSchema }).optional(),
});

const envelope = {
  /** The time at which the event was emitted: ISO 8601, UTC, milliseconds. */
  timestamp: z.iso.datetime(),
  metadata: eventMetadataSchema.optional(),
};

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
 * The schema of an emitted event. Without time and metadata, which the engine adds, validation
 * takes half the time.
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

/** The schema of an event that is not built in. */
export const otherEventSchema = z.object({
  type: z.string().refine(isOtherType),
  data: z.json(),
  ...envelope,
});
