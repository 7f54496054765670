import { z } from 'zod';
import { eventEnvelope, isEventType, knownEventSchema, type WorkflowEvent } from './event.ts';

const wireEventSchema = z.object({ type: z.string(), data: z.json(), ...eventEnvelope });
const wrappedSchema = z.object({ type: z.string(), data: z.json() });

/** An event in the form in which it is stored and sent. */
export type WireEvent = z.infer<typeof wireEventSchema>;

/**
 * Decodes an event from a log or from the network.
 * @returns the event. An event of an unknown type becomes an `unknown` event with all of its data
 *   (except keys named `__proto__`, which are dropped from any data).
 * @throws ZodError when it is not an event, or has a known type with the wrong data.
 */
export function decodeEvent(value: unknown): WorkflowEvent {
  const wire = unwrap(wireEventSchema.parse(value));
  if (isEventType(wire.type)) return knownEventSchema.parse(wire);
  return { ...wire, type: 'unknown', data: { type: wire.type, data: wire.data } };
}

/**
 * Encodes an event, as the inverse of `decodeEvent`: an unknown event gets its original type back.
 */
export function encodeEvent(event: WorkflowEvent): WireEvent | WorkflowEvent {
  if (event.type !== 'unknown') return event;
  return { ...event, type: event.data.type, data: event.data.data };
}

/** Unwraps an event that an older server did not know and therefore wrapped as `unknown`. */
function unwrap(wire: WireEvent): WireEvent {
  if (wire.type !== 'unknown') return wire;
  const inner = wrappedSchema.safeParse(wire.data);
  return inner.success ? { ...wire, ...inner.data } : wire;
}
