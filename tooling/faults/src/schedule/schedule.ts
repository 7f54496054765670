import { type FaultKind, faultKindsOf, type StoreKind, traitsOf } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /** The duration of the schedule, in ms. */
  readonly durationMs: number;
  readonly store: StoreKind;
  /** The kinds of faults to use. Default: all that the store supports. */
  readonly kinds?: readonly FaultKind[] | undefined;
}

/** A planned fault. */
export interface PlannedFault {
  /** The time after the start, in ms. */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** The duration in ms; 0 for an instantaneous fault. */
  readonly forMs: number;
  /** Selects the process or link, from 0 up to but not including 1. */
  readonly target: number;
  /** Selects the variant (direction, side, size), from 0 up to but not including 1. */
  readonly way: number;
}

/** The pause between two faults, in ms. Some faults last longer, so they overlap. */
const PAUSE = [400, 3_200] as const;
/** Late enough that workflows are running at the first fault. */
const FIRST_AFTER_MS = 2_000;

/**
 * Draws a schedule of faults: the same options give the same schedule. Every kind occurs before any
 * is repeated.
 */
export function drawSchedule(options: ScheduleOptions): readonly PlannedFault[] {
  const { seed, durationMs, store, kinds = faultKindsOf(store) } = options;
  const random = createRandom(seed, 'schedule');
  const planned: PlannedFault[] = [];
  let remaining: FaultKind[] = [];
  for (let atMs = FIRST_AFTER_MS; atMs < durationMs; atMs += random.whole(...PAUSE)) {
    if (remaining.length === 0) remaining = shuffled(kinds, random);
    const kind = remaining.pop();
    if (kind === undefined) return planned;
    const { lasts } = traitsOf(kind);
    const forMs = lasts === null ? 0 : random.whole(...lasts);
    planned.push({ atMs, kind, forMs, target: random.next(), way: random.next() });
  }
  return planned;
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const weighted = items.map((item) => ({ item, weight: random.next() }));
  return weighted.sort((a, b) => a.weight - b.weight).map(({ item }) => item);
}
