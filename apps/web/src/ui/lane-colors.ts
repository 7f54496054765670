const LANES = 6;

/** The colour of an agent's lane on the tape, and of its dot in lists. Beside it there is always its name. */
export function laneColor(lane: number): string {
  return `var(--lane-${(Math.min(lane, LANES - 1) % LANES) + 1})`;
}
