import { decodeEvent, encodeEvent } from './decode-event.ts';
import { isEventType, type KnownEvent, type WorkflowEvent } from './event.ts';

/**
 * Counts how events may look that a log holds. It goes up with every change to what
 * `knownEventSchema` accepts; a test compares. What was written under the number of this version is
 * believed, for only checked events are appended. Whatever else a store holds, of an older version,
 * a newer one or another program, is checked in full.
 */
export const STORED_VERSION = 1;

const PREFIX = `{"v":${STORED_VERSION},`;
/** Of what `Date.toISOString` and other writers of ISO 8601 make. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;
const FORBIDDEN_KEY = '__proto__';

type OwnEvent = KnownEvent & { readonly v: typeof STORED_VERSION };

/**
 * Writes an event as a log stores it: as `encodeEvent` does, and under which version it was
 * written.
 */
export function encodeStoredEvent(event: WorkflowEvent): string {
  return PREFIX + JSON.stringify(encodeEvent(event)).slice(1);
}

/**
 * Reads an event that a log has stored.
 * @param text as `encodeStoredEvent` of this or any other version wrote it.
 * @returns the same as `decodeEvent` for the event that was written.
 * @throws SyntaxError, ZodError when it is not an event.
 */
export function decodeStoredEvent(text: string): WorkflowEvent {
  return readStored(JSON.parse(text), text.includes(FORBIDDEN_KEY));
}

/**
 * As `decodeStoredEvent`, for many.
 * @param text a JSON array of them.
 * @throws TypeError when it is no array.
 */
export function decodeStoredEvents(text: string): readonly WorkflowEvent[] {
  return [...storedEventsIn(text)];
}

/**
 * As `decodeStoredEvents`, but checks each event when it is asked for: the caller can yield in
 * between.
 */
export function* storedEventsIn(text: string): Generator<WorkflowEvent, void> {
  const values: unknown = JSON.parse(text);
  if (!Array.isArray(values)) throw new TypeError('Stored events are a JSON array.');
  const isSuspect = text.includes(FORBIDDEN_KEY);
  for (const value of values) yield readStored(value, isSuspect);
}

/** @param isSuspect it may hold keys that a full check drops. */
function readStored(value: unknown, isSuspect: boolean): WorkflowEvent {
  if (isSuspect || !isOwnEvent(value)) return decodeEvent(value);
  const { v: _version, ...event } = value;
  return event;
}

/**
 * The trust boundary of a log: of an event that this version wrote the envelope is checked, and all
 * of a token, which is what nearly every event is. The rest of its data was checked before it was
 * written, and is believed.
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
