import { type FaultKind, faultKindsOf, type StoreKind, traitsOf } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /** For how long things are broken, in ms. */
  readonly durationMs: number;
  readonly store: StoreKind;
  /** Only these. Default: every kind there is for the store. */
  readonly kinds?: readonly FaultKind[] | undefined;
}

/** One thing to break. */
export interface PlannedFault {
  /** After the start, in ms. */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** How long it lasts, in ms; 0 for what is done in a moment. */
  readonly forMs: number;
  /** Which of the processes or links, from 0 up to but not including 1. */
  readonly target: number;
  /** Which of its ways (direction, side, size), from 0 up to but not including 1. */
  readonly way: number;
}

/** Between two faults, in ms. Some overlap, for the longest last longer. */
const PAUSE = [400, 3_200] as const;
/** Workflows are under way when the first fault comes. */
const FIRST_AFTER_MS = 2_000;

/**
 * Draws what is broken when: the same options give the same schedule. Every kind comes before any
 * comes again.
 */
export function drawSchedule(options: ScheduleOptions): readonly PlannedFault[] {
  const { seed, durationMs, store, kinds = faultKindsOf(store) } = options;
  const random = createRandom(seed, 'schedule');
  const planned: PlannedFault[] = [];
  let left: FaultKind[] = [];
  for (let atMs = FIRST_AFTER_MS; atMs < durationMs; atMs += random.whole(...PAUSE)) {
    if (left.length === 0) left = shuffled(kinds, random);
    const kind = left.pop();
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
