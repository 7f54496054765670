import type { Injury } from '../records.ts';

/** How much of a time span, in ms since 1970, injuries cover. */
export function coveredMs(
  injuries: readonly Pick<Injury, 'from' | 'to'>[],
  from: number,
  to: number,
): number {
  const spans = injuries
    .map((injury) => [Math.max(injury.from, from), Math.min(injury.to, to)] as const)
    .filter(([start, end]) => start < end)
    .sort(([a], [b]) => a - b);
  let covered = 0;
  let reached = from;
  for (const [start, end] of spans) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}

/** Whether either end of a time span, in ms since 1970, may have been told by a clock that was ahead. */
export function isTimeDoubtful(
  injuries: readonly Pick<Injury, 'from' | 'to' | 'aheadMs'>[],
  from: number,
  to: number,
): boolean {
  return injuries.some(
    (injury) =>
      injury.aheadMs !== undefined && injury.from <= to && injury.to + injury.aheadMs >= from,
  );
}
