import {
  type EmittedEvent,
  emittedEventSchema,
  type EventMetadata,
  type KnownEvent,
  knownEventSchema,
  type EventOf,
} from '@runtape/events';
import { z } from 'zod';
import type { Spent } from '../define/spending.ts';
import { EngineError } from '../errors.ts';

export interface Stamp {
  /** When it was emitted, in ms since 1970. */
  readonly at: number;
  readonly attempt: number;
  /** The step it was emitted in. */
  readonly step?: string | undefined;
  /** What the workflow has spent by now, if that is to be told. */
  readonly spent?: Spent | undefined;
}

/**
 * Checks an event and gives it its time and metadata.
 * @throws EngineError `invalid_event`.
 */
export function stampEvent(event: EmittedEvent, { at, attempt, step, spent }: Stamp): KnownEvent {
  const { type, data } = event;
  const timestamp = timestampOf(at);
  const metadata: EventMetadata = { attempt, ...(step !== undefined && { step }) };
  if (spent === undefined) {
    const emitted = emittedEventSchema.safeParse({ type, data });
    if (emitted.success) return { ...emitted.data, timestamp, metadata };
    throw invalid(type, emitted.error);
  }
  // What was spent is what the definition says.
  const stamped = knownEventSchema.safeParse({
    type,
    data,
    timestamp,
    metadata: { ...metadata, spent },
  });
  if (stamped.success) return stamped.data;
  throw invalid(type, stamped.error);
}

function invalid(type: string, error: z.ZodError): EngineError {
  return new EngineError(
    'invalid_event',
    `An event "${type}" does not have the data it should: ${z.prettifyError(error)}`,
  );
}

let lastAt = Number.NaN;
let lastTimestamp = '';

/** Writing a time costs more than checking an event, and many are emitted within one ms. */
function timestampOf(at: number): string {
  if (at !== lastAt) {
    lastTimestamp = new Date(at).toISOString();
    lastAt = at;
  }
  return lastTimestamp;
}

/** The JSON of a token without its texts. */
const ENVELOPE_BYTES = 160;
/** `\u0000`. */
const MOST_BYTES_PER_CHAR = 6;

/**
 * How large an event is as JSON in UTF-8. A plain token that is far below the limit is only
 * estimated, by what its texts take: writing its JSON once more, just to count it, would cost more
 * than all else that is done to it.
 * @param limit an event that is larger is counted exactly.
 */
export function bytesOf(event: KnownEvent, limit: number): number {
  const isPlain = event.type === 'token' && event.data.metadata === undefined;
  if (!isPlain || event.metadata?.spent !== undefined) return exactBytes(event);
  const { content } = event.data;
  const chars = content.length + namesOf(event);
  if (ENVELOPE_BYTES + MOST_BYTES_PER_CHAR * chars > limit) return exactBytes(event);
  return ENVELOPE_BYTES + namesOf(event) + Buffer.byteLength(content);
}

function namesOf({ data, metadata }: EventOf<'token'>): number {
  return data.part.length + (metadata?.step?.length ?? 0);
}

function exactBytes(event: KnownEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}
