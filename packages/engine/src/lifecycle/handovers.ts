import type { JsonValue, KeptStep } from '@runtape/event-log';
import { z } from 'zod';

/** Stored like a step's result, atomically with an event, under a name that no step can have. */
const HANDOVERS = '@handovers';

/**
 * The number of attempts that do not count: ended by a stop or a pause, or begun only to pause or
 * resume.
 */
export function readHandovers(kept: ReadonlyMap<string, JsonValue>): number {
  return z
    .int()
    .nonnegative()
    .parse(kept.get(HANDOVERS) ?? 0);
}

export function oneMoreHandover(handovers: number): KeptStep {
  return { step: HANDOVERS, result: handovers + 1 };
}
