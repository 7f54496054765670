export interface Backoff {
  /** The longest wait after the first failure, in ms; it doubles with each further one. */
  readonly baseMs: number;
  /** The longest wait of all, in ms. */
  readonly maxMs: number;
  /** How much of the longest wait is drawn at random. Default: `half`. */
  readonly jitter?: 'half' | 'full';
}

/**
 * How long to wait before the next try, in ms. The jitter keeps those who failed together from
 * coming back together.
 * @param failures in a row, from 1.
 * @param random numbers from 0 up to but not including 1.
 */
export function backoffMs(
  failures: number,
  { baseMs, maxMs, jitter = 'half' }: Backoff,
  random: () => number,
): number {
  const longest = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  const fixed = jitter === 'full' ? 0 : longest / 2;
  return Math.round(fixed + random() * (longest - fixed));
}

/**
 * A time that is spread out, so that those who began together do not act together for ever.
 * @param share how much it varies to either side, from 0 to 1.
 */
export function withJitter(ms: number, share: number, random: () => number): number {
  return ms * (1 - share + 2 * share * random());
}
