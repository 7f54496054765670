import { z } from 'zod';
import { knownEventSchema, otherEventSchema } from './event-schemas.ts';
import { isEventType, isOtherType, type KnownEvent, type WorkflowEvent } from './event.ts';

const typedSchema = z.object({ type: z.string() });

/**
 * Decodes an event from a log or from the network.
 * @returns the event. If its type is not built in, it has all of its data, except keys named
 *   `__proto__`, which are dropped from any data.
 * @throws ZodError when it is not an event, or has a built-in type with the wrong data.
 */
export function decodeEvent(value: unknown): WorkflowEvent {
  const { type } = typedSchema.parse(value);
  return isOtherType(type) ? otherEventSchema.parse(value) : knownEventSchema.parse(value);
}

/**
 * The version of the format of stored events. It increases with every change to what
 * `knownEventSchema` accepts; a test compares. Events of this version are trusted, because only
 * validated events are appended. All other stored events, from an older version, a newer one or
 * another program, are validated in full.
 */
export const STORED_VERSION = 1;

const PREFIX = `{"v":${STORED_VERSION},`;
/** The timestamps that `Date.toISOString` and other writers of ISO 8601 produce. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;
const FORBIDDEN_KEY = '__proto__';

type OwnEvent = KnownEvent & { readonly v: typeof STORED_VERSION };

/** Encodes an event as a log stores it: as JSON, with the version of the format. */
export function encodeStoredEvent(event: WorkflowEvent): string {
  return PREFIX + JSON.stringify(event).slice(1);
}

/**
 * Decodes an event that a log has stored.
 * @param text as written by `encodeStoredEvent` of this or any other version.
 * @returns the same as `decodeEvent` for the event that was written.
 * @throws SyntaxError, ZodError when it is not an event.
 */
export function decodeStoredEvent(text: string): WorkflowEvent {
  return readStored(JSON.parse(text), text.includes(FORBIDDEN_KEY));
}

/**
 * Decodes many events, each as `decodeStoredEvent` does.
 * @param text a JSON array of stored events.
 * @throws TypeError when it is not an array.
 */
export function decodeStoredEvents(text: string): readonly WorkflowEvent[] {
  return [...storedEventsIn(text)];
}

/**
 * Like `decodeStoredEvents`, but validates each event when it is requested, so that the caller can
 * yield in between.
 */
export function* storedEventsIn(text: string): Generator<WorkflowEvent, void> {
  const values: unknown = JSON.parse(text);
  if (!Array.isArray(values)) throw new TypeError('Stored events are a JSON array.');
  const isSuspect = text.includes(FORBIDDEN_KEY);
  for (const value of values) yield readStored(value, isSuspect);
}

/** @param isSuspect whether the value may have keys that full validation drops. */
function readStored(value: unknown, isSuspect: boolean): WorkflowEvent {
  if (isSuspect || !isOwnEvent(value)) return decodeEvent(value);
  const { v: _version, ...event } = value;
  return event;
}

/**
 * The trust boundary of a log. For an event written by this version, it validates the envelope, and
 * the data of tokens, which nearly all events are. All other data was validated before it was
 * written, and is trusted.
 */
function isOwnEvent(value: unknown): value is OwnEvent {
  if (!isObject(value) || value['v'] !== STORED_VERSION) return false;
  const { type, data, timestamp, metadata } = value;
  return (
    typeof type === 'string' &&
    isEventType(type) &&
    typeof timestamp === 'string' &&
    TIMESTAMP.test(timestamp) &&
    (metadata === undefined || isMetadata(metadata)) &&
    isObject(data) &&
    (type !== 'token' || isToken(data))
  );
}

function isMetadata(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { attempt, step, spent } = value;
  return (
    (attempt === undefined || (Number.isSafeInteger(attempt) && Number(attempt) > 0)) &&
    (step === undefined || typeof step === 'string') &&
    (spent === undefined || isObject(spent))
  );
}

function isToken({ part, content, isComplete, metadata }: Record<string, unknown>): boolean {
  return (
    typeof part === 'string' &&
    typeof content === 'string' &&
    typeof isComplete === 'boolean' &&
    (metadata === undefined || isObject(metadata))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
