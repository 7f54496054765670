import { replaySchema } from '@runtape/events';
import { z } from 'zod';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { MAX_LIMIT } from '../read/read-page.ts';
import { eventTypesSchema } from '../read/event-types.ts';
import { formats } from '../http/formats/formats.ts';

const MAX_SHOWN = 80;
const MAX_WAIT_SECONDS = 60;
/** Names in one list of a query. */
const MAX_LISTED = 100;

/** One of a few words; says which they are when it is none of them. */
function oneOf<const Names extends readonly string[]>(what: string, names: Names) {
  return z.enum(names, {
    error: ({ input }) =>
      `"${String(input).slice(0, MAX_SHOWN)}" is no ${what}. There are: ${names.join(', ')}.`,
  });
}

/**
 * `a,b`, or the name twice. The schema gets a few more than a list may have, and not as many as fit
 * into a URL.
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

const formatNames = [
  'native',
  'simple',
  'thread',
  'chat',
] as const satisfies readonly (keyof typeof formats)[];

export const formatField = oneOf('format', formatNames)
  .default('native')
  .describe('The vocabulary of the stream.');

export const replayField = oneOf('replay', replaySchema.options)
  .default('events')
  .describe('How the past comes to a reader without a cursor: as its events, or as one snapshot.');

export const typesField = listOf(eventTypesSchema)
  .optional()
  .describe(
    'Only events of these types; the terminal event, resets and snapshots come in any case. Default: all.',
  );

/** How pages of events are asked for, by who cannot stream. */
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

/** What the paths of a workflow have in common. */
export const workflowParams = z.object({
  workflowId: workflowIdInputSchema.describe('Names the workflow, such as wf_01jd3x….'),
});

/** Whether a client asks for a page of events, and not for their stream. */
export function wantsPage({ headers }: Request): boolean {
  const accept = headers.get('accept') ?? '';
  return accept.includes('application/json') && !accept.includes('text/event-stream');
}
