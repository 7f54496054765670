import { z } from 'zod';
import { eventEnvelope, isEventType, knownEventSchema, type WorkflowEvent } from './event.ts';

const wireEventSchema = z.object({ type: z.string(), data: z.json(), ...eventEnvelope });
const wrappedSchema = z.object({ type: z.string(), data: z.json() });

/** An event as it is stored and sent. */
export type WireEvent = z.infer<typeof wireEventSchema>;

/**
 * Reads an event that came from a log or over the wire.
 * @returns the event; one of a type this version does not know becomes an `unknown` event that
 *   keeps all it carried (but for keys named `__proto__`, which are dropped from any data).
 * @throws ZodError when it is not an event, or one of a known type with the wrong data.
 */
export function decodeEvent(value: unknown): WorkflowEvent {
  const wire = unwrap(wireEventSchema.parse(value));
  if (isEventType(wire.type)) return knownEventSchema.parse(wire);
  return { ...wire, type: 'unknown', data: { type: wire.type, data: wire.data } };
}

/** The inverse of `decodeEvent`: an unknown event gets its own type back. */
export function encodeEvent(event: WorkflowEvent): WireEvent | WorkflowEvent {
  if (event.type !== 'unknown') return event;
  return { ...event, type: event.data.type, data: event.data.data };
}

/** A server older than we are sends what it does not know wrapped. */
function unwrap(wire: WireEvent): WireEvent {
  if (wire.type !== 'unknown') return wire;
  const inner = wrappedSchema.safeParse(wire.data);
  return inner.success ? { ...wire, ...inner.data } : wire;
}
