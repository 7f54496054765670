export interface Backoff {
  /** The longest first wait, in ms; doubles with every further failure. */
  readonly baseMs: number;
  /** The longest wait of all, in ms. */
  readonly maxMs: number;
  /** Numbers from 0 up to but not including 1. */
  readonly random: () => number;
}

/**
 * How long to wait after so many failures in a row, from 1. Half of it is drawn at random, so that
 * those who failed together do not come back together.
 */
export function backoffMs(failures: number, { baseMs, maxMs, random }: Backoff): number {
  const longest = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return Math.round(longest / 2 + (random() * longest) / 2);
}
