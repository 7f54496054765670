import type { FaultWindow } from '../records.ts';

/**
 * How much of a time span, in ms since 1970, is covered by faults that delay something; a clock
 * that is ahead delays nothing.
 */
export function coveredMs(
  faultWindows: readonly Pick<FaultWindow, 'from' | 'to' | 'aheadMs'>[],
  from: number,
  to: number,
): number {
  const spans = faultWindows
    .filter(({ aheadMs }) => aheadMs === undefined)
    .map((faultWindow) => [Math.max(faultWindow.from, from), Math.min(faultWindow.to, to)] as const)
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

/** The time until a signal takes effect. */
const SLACK_MS = 1_000;

/** Whether a time, in ms since 1970, may come from a clock that was ahead. */
export function isTimeUncertain(
  faultWindows: readonly Pick<FaultWindow, 'from' | 'to' | 'aheadMs'>[],
  time: number,
): boolean {
  return faultWindows.some(({ from, to, aheadMs }) => {
    if (aheadMs === undefined) return false;
    const actual = time - aheadMs;
    return actual >= from - SLACK_MS && actual <= to + SLACK_MS;
  });
}
