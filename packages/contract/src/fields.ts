import { isCustomType, isEventType, payloads, replaySchema } from '@runtape/events';
import { z } from 'zod';

const MAX_ID_LENGTH = 200;
const MAX_THREAD_CURSOR_LENGTH = 16_000;
const MAX_SHOWN = 80;
const MAX_WAIT_SECONDS = 60;
/** The maximum number of names in one list of a query. */
const MAX_LISTED = 100;
/** More than the number of built-in types. */
const MAX_TYPES = 50;
/** The maximum number of log events that one page examines. */
export const MAX_LIMIT = 1000;

/** Any short text; an invalid workflow id gets the same error as an unknown one. */
export const workflowIdInputSchema = z.string().max(MAX_ID_LENGTH);

/** Any short text; the server parses it as an event id. */
export const cursorInputSchema = z.string().max(MAX_ID_LENGTH);

/** Any text; the server checks it against the thread. */
export const threadCursorInputSchema = z.string().max(MAX_THREAD_CURSOR_LENGTH);

const eventTypeSchema = z.string().refine((type) => isEventType(type) || isCustomType(type), {
  error: ({ input }) =>
    `"${String(input).slice(0, MAX_SHOWN)}" is not an event type. Built-in types are: ${Object.keys(payloads).join(', ')}. The name of a custom type has no colon.`,
});

/** A list of at least one event type. */
export const eventTypesSchema = z
  .array(eventTypeSchema)
  .min(1, 'Name a type, or leave out types.')
  .max(MAX_TYPES, `There are at most ${MAX_TYPES} types in a list.`);

/** An enum whose error lists the valid values. */
function oneOf<const Names extends readonly string[]>(what: string, names: Names) {
  return z.enum(names, {
    error: ({ input }) =>
      `"${String(input).slice(0, MAX_SHOWN)}" is no ${what}. There are: ${names.join(', ')}.`,
  });
}

/**
 * A list as `a,b` or as a repeated parameter. The schema receives slightly more items than it may
 * accept, not as many as fit into a URL.
 */
export function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) =>
      [value]
        .flat()
        .slice(0, MAX_LISTED)
        .flatMap((text) => (typeof text === 'string' ? text.split(',', MAX_LISTED) : [text]))
        .slice(0, MAX_LISTED),
    schema,
  );
}

/** The formats of a plain stream that every server has. */
export const formatNames = ['native', 'simple', 'thread'] as const;

/** The field that names a format. @param more the formats of plugins */
export function formatFieldOf(more: readonly string[]) {
  const names: readonly string[] = [...formatNames, ...more];
  return oneOf('format', names).default('native').describe('The vocabulary of the stream.');
}

export const replayField = oneOf('replay', replaySchema.options)
  .default('events')
  .describe('How the past comes to a reader without a cursor: as its events, or as one snapshot.');

export const typesField = listOf(eventTypesSchema)
  .optional()
  .describe(
    'Only events of these types; the terminal event, resets and snapshots come in any case. Default: all.',
  );

export const limitField = z.coerce
  .number()
  .int()
  .min(1)
  .max(MAX_LIMIT)
  .optional()
  .describe('Pages only: how many events of the log to look at. Default: 500.');

export const waitField = z.coerce
  .number()
  .min(0)
  .max(MAX_WAIT_SECONDS)
  .default(0)
  .describe('Pages only: how many seconds to wait for an event when there is none.');

/** The path parameters of every route of a workflow. */
export const workflowParams = z.object({
  workflowId: workflowIdInputSchema.describe('Names the workflow, such as wf_01jd3x….'),
});
