import { payloads } from '@runtape/events';
import { z } from 'zod';

/**
 * The types that a reader can request. `unknown` stands for all types that this version does not
 * know.
 */
const eventTypes: readonly string[] = [...Object.keys(payloads), 'unknown'];

const MAX_SHOWN = 80;
/** More than the number of types. */
const MAX_TYPES = 50;

const eventTypeSchema = z.enum(eventTypes, {
  error: ({ input }) =>
    `"${String(input).slice(0, MAX_SHOWN)}" is no type of event. The types are: ${eventTypes.join(', ')}.`,
});

/** A list of at least one event type. */
export const eventTypesSchema = z
  .array(eventTypeSchema)
  .min(1, 'Name a type, or leave out types.')
  .max(MAX_TYPES, `There are at most ${MAX_TYPES} types in a list.`);
