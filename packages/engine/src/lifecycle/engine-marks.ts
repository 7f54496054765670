import type { JsonValue, KeptStep } from '@runtape/event-log';
import { z } from 'zod';

/**
 * Kept like a step's result, under a name that no step can have, so that it is stored in one with
 * the event that says so.
 */
const HANDOVERS = '@handovers';

/**
 * How many attempts so far do not count: cut off by a planned stop or a pause, or begun only to
 * pause or resume.
 */
export function readHandovers(kept: ReadonlyMap<string, JsonValue>): number {
  return z
    .int()
    .nonnegative()
    .parse(kept.get(HANDOVERS) ?? 0);
}

/** One more than before. */
export function oneMoreHandover(handovers: number): KeptStep {
  return { step: HANDOVERS, result: handovers + 1 };
}
