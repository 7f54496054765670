const LANES = 6;

/** The colour of an agent's lane. Its name is always shown beside it. */
export function laneColor(lane: number): string {
  return `var(--lane-${(Math.min(lane, LANES - 1) % LANES) + 1})`;
}
