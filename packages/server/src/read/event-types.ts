import { isCustomType, isEventType, payloads } from '@runtape/events';
import { z } from 'zod';

const MAX_SHOWN = 80;
/** More than the number of types. */
const MAX_TYPES = 50;

const eventTypeSchema = z.string().refine((type) => isEventType(type) || isCustomType(type), {
  error: ({ input }) =>
    `"${String(input).slice(0, MAX_SHOWN)}" is not an event type. Built-in types are: ${Object.keys(payloads).join(', ')}. The name of a custom type has no colon.`,
});

/** A list of at least one event type. */
export const eventTypesSchema = z
  .array(eventTypeSchema)
  .min(1, 'Name a type, or leave out types.')
  .max(MAX_TYPES, `There are at most ${MAX_TYPES} types in a list.`);
