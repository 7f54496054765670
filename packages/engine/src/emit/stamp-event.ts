import {
  emittedEventSchema,
  type EventMetadata,
  type EventType,
  knownEventSchema,
  type EventOf,
  isOtherType,
  otherEventSchema,
  type WorkflowEvent,
} from '@runtape/events';
import { z } from 'zod';
import type { CustomEvent } from '../define/custom-events.ts';
import type { Spent } from '../define/spending.ts';
import { EngineError } from '../errors.ts';

export interface Stamp {
  /** Emit time in ms since 1970. */
  readonly at: number;
  readonly attempt: number;
  /** The step that emitted it. */
  readonly step?: string | undefined;
  /** The spending of the workflow so far, if it is to be reported. */
  readonly spent?: Spent | undefined;
}

/** An event whose data is not validated yet; that of a custom event is. */
export type UncheckedEvent = { readonly type: EventType; readonly data: unknown } | CustomEvent;

/**
 * Checks an event and gives it its time and metadata.
 * @throws EngineError `invalid_event`.
 */
export function stampEvent(
  event: UncheckedEvent,
  { at, attempt, step, spent }: Stamp,
): WorkflowEvent {
  const { type, data } = event;
  const timestamp = timestampOf(at);
  const metadata: EventMetadata = { attempt, ...(step !== undefined && { step }) };
  if (spent === undefined) {
    if (isCustomEvent(event)) return { ...event, timestamp, metadata };
    const emitted = emittedEventSchema.safeParse({ type, data });
    if (emitted.success) return { ...emitted.data, timestamp, metadata };
    throw invalid(type, emitted.error);
  }
  // The amounts come from the definition, so they are checked too.
  const schema = isCustomEvent(event) ? otherEventSchema : knownEventSchema;
  const stamped = schema.safeParse({ type, data, timestamp, metadata: { ...metadata, spent } });
  if (stamped.success) return stamped.data;
  throw invalid(type, stamped.error);
}

function isCustomEvent(event: UncheckedEvent): event is CustomEvent {
  return isOtherType(event.type);
}

function invalid(type: string, error: z.ZodError): EngineError {
  return new EngineError(
    'invalid_event',
    `An event "${type}" has invalid data: ${z.prettifyError(error)}`,
  );
}

let lastAt = Number.NaN;
let lastTimestamp = '';

/** Formatting a time costs more than checking an event, and many events share one ms. */
function timestampOf(at: number): string {
  if (at !== lastAt) {
    lastTimestamp = new Date(at).toISOString();
    lastAt = at;
  }
  return lastTimestamp;
}

/** JSON of a token without its texts. */
const ENVELOPE_BYTES = 160;
/** `\u0000`. */
const MAX_BYTES_PER_CHAR = 6;

/**
 * Size of an event as JSON in UTF-8 bytes. A plain token far below the limit is only estimated:
 * serialising it just to count would be the most expensive part of `emit`.
 * @param limit larger events are measured exactly.
 */
export function bytesOf(event: WorkflowEvent, limit: number): number {
  const isPlain = event.type === 'token' && event.data.metadata === undefined;
  if (!isPlain || event.metadata?.spent !== undefined) return exactBytes(event);
  const { content } = event.data;
  const chars = content.length + namesOf(event);
  if (ENVELOPE_BYTES + MAX_BYTES_PER_CHAR * chars > limit) return exactBytes(event);
  return ENVELOPE_BYTES + namesOf(event) + Buffer.byteLength(content);
}

function namesOf({ data, metadata }: EventOf<'token'>): number {
  return data.part.length + (metadata?.step?.length ?? 0);
}

function exactBytes(event: WorkflowEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}
