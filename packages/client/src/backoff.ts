export interface Backoff {
  /** The longest wait before the first retry, in ms; it doubles with each one. */
  readonly baseMs: number;
  /** The longest wait of all, in ms. */
  readonly maxMs: number;
}

/**
 * How long to wait before a retry: anything up to a limit that doubles, so that clients who lost their server together do
 * not come back together.
 * @param attempt from 1.
 * @param random from 0 to 1.
 */
export function backoffMs(
  attempt: number,
  { baseMs, maxMs }: Backoff,
  random: () => number,
): number {
  return Math.round(random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1)));
}
