import type { FaultWindow } from '../records.ts';

/**
 * How much of a time span, in ms since 1970, fault windows cover that hold something up; a clock
 * that is ahead does not.
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

/** A signal takes a moment to act. */
const SLACK_MS = 1_000;

/** Whether a time, in ms since 1970, is one that a clock which was ahead may have told. */
export function isTimeDoubtful(
  faultWindows: readonly Pick<FaultWindow, 'from' | 'to' | 'aheadMs'>[],
  time: number,
): boolean {
  return faultWindows.some(({ from, to, aheadMs }) => {
    if (aheadMs === undefined) return false;
    const told = time - aheadMs;
    return told >= from - SLACK_MS && told <= to + SLACK_MS;
  });
}
