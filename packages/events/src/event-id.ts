import type { z } from 'zod';

/**
 * `{incarnation}-{seq}`: the incarnation is chosen at random when the log of a workflow is created;
 * `seq` counts its entries from 1. Plain ASCII without NUL, CR or LF, so that it can be the `id` of
 * a server-sent event (WHATWG HTML, "Server-sent events", processing the `id` field).
 */
export const EVENT_ID = /^([0-9a-z]{4,16})-(0|[1-9][0-9]{0,14})$/;

export const EVENT_ID_FORM =
  'An event id looks like "k3v9x2ab-17": the incarnation, a dash, a number.';

/** The id of one entry of one workflow's log; also a cursor, meaning "after this entry". */
export type EventId = string & z.core.$brand<'EventId'>;

export interface EventIdParts {
  readonly incarnation: string;
  /** The position in the workflow's log, from 1; 0 only in a cursor before the first entry. */
  readonly seq: number;
}

/**
 * Parses an event id.
 * @returns its parts, or `null` if the text is not an event id.
 */
export function parseEventId(text: string): EventIdParts | null {
  const match = EVENT_ID.exec(text);
  const [, incarnation, seq] = match ?? [];
  if (incarnation === undefined || seq === undefined) return null;
  return { incarnation, seq: Number(seq) };
}

/**
 * Formats an event id.
 * @throws TypeError when the parts do not form one.
 */
export function formatEventId({ incarnation, seq }: EventIdParts): EventId {
  const id = `${incarnation}-${seq}`;
  if (isEventId(id)) return id;
  throw new TypeError(EVENT_ID_FORM);
}

/** Returns whether a text has the form of an event id. */
export function isEventId(text: string): text is EventId {
  return EVENT_ID.test(text);
}

/**
 * Compares two ids of one incarnation.
 * @returns a negative number, 0 or a positive one, or `null` if their incarnations differ, because
 *   they have no order then.
 */
export function compareEventIds(a: EventId, b: EventId): number | null {
  const left = parseEventId(a);
  const right = parseEventId(b);
  if (left === null || right === null || left.incarnation !== right.incarnation) return null;
  return left.seq - right.seq;
}
