import {
  type EmittedEvent,
  emittedEventSchema,
  type EventMetadata,
  type KnownEvent,
  knownEventSchema,
} from '@runtape/events';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { Spent } from '../spent.ts';

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
