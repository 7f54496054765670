import type { JsonValue } from '@runtape/event-log';
import { z } from 'zod';

/** Kept like a step's result, under a name that no step can have, so that it is stored in one with the event that says so. */
export const HANDOVERS = '@handovers';

/** How many attempts a planned stop has cut off so far. */
export function readHandovers(kept: ReadonlyMap<string, JsonValue>): number {
  return z
    .int()
    .nonnegative()
    .parse(kept.get(HANDOVERS) ?? 0);
}
