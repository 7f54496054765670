import { type EmittedEvent, type KnownEvent, knownEventSchema } from '@runtape/events';
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
  const metadata = {
    attempt,
    ...(step !== undefined && { step }),
    ...(spent !== undefined && { spent }),
  };
  const stamped = knownEventSchema.safeParse({
    type: event.type,
    data: event.data,
    timestamp: new Date(at).toISOString(),
    metadata,
  });
  if (stamped.success) return stamped.data;
  throw new EngineError(
    'invalid_event',
    `An event "${event.type}" does not have the data it should: ${z.prettifyError(stamped.error)}`,
  );
}
