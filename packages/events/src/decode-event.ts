import { z } from 'zod';
import { eventEnvelope, isOtherType, knownEventSchema, type WorkflowEvent } from './event.ts';

const anyEventSchema = z.object({ type: z.string(), data: z.json(), ...eventEnvelope });

/**
 * Decodes an event from a log or from the network.
 * @returns the event. If its type is not built in, it has all of its data, except keys named
 *   `__proto__`, which are dropped from any data.
 * @throws ZodError when it is not an event, or has a built-in type with the wrong data.
 */
export function decodeEvent(value: unknown): WorkflowEvent {
  const { type, ...event } = anyEventSchema.parse(value);
  return isOtherType(type) ? { type, ...event } : knownEventSchema.parse({ type, ...event });
}
