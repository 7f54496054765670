import { z } from 'zod';

/**
 * `{incarnation}-{seq}`: the incarnation is drawn when the log of a workflow is created, `seq`
 * counts 1, 2, 3 … in it. Plain ASCII without NUL, CR or LF, so that it can travel as the `id` of a
 * server-sent event (WHATWG HTML, "Server-sent events", processing the `id` field).
 */
const EVENT_ID = /^([0-9a-z]{4,16})-(0|[1-9][0-9]{0,14})$/;

export const eventIdSchema = z
  .string()
  .regex(EVENT_ID, 'An event id looks like "k3v9x2ab-17": the incarnation, a dash, a number.')
  .brand<'EventId'>();

/** Names one entry of one workflow's log; also a cursor, meaning "after this entry". */
export type EventId = z.infer<typeof eventIdSchema>;

export interface EventIdParts {
  readonly incarnation: string;
  /**
   * Position in the workflow's log, from 1; 0 only in a cursor that stands before the first entry.
   */
  readonly seq: number;
}

/**
 * Splits an event id.
 * @returns its parts, or `null` when the text is not an event id.
 */
export function parseEventId(text: string): EventIdParts | null {
  const match = EVENT_ID.exec(text);
  const [, incarnation, seq] = match ?? [];
  if (incarnation === undefined || seq === undefined) return null;
  return { incarnation, seq: Number(seq) };
}

/** Joins the parts of an event id. Throws a `ZodError` when they do not form one. */
export function formatEventId({ incarnation, seq }: EventIdParts): EventId {
  const id = `${incarnation}-${seq}`;
  // Every entry that is read gets one, and the schema takes ten times as long.
  return isEventId(id) ? id : eventIdSchema.parse(id);
}

function isEventId(text: string): text is EventId {
  return EVENT_ID.test(text);
}

/**
 * Orders two ids of one incarnation.
 * @returns a negative number, 0 or a positive one, or `null` when they are of different
 *   incarnations and have no order.
 */
export function compareEventIds(a: EventId, b: EventId): number | null {
  const left = parseEventId(a);
  const right = parseEventId(b);
  if (left === null || right === null || left.incarnation !== right.incarnation) return null;
  return left.seq - right.seq;
}
