export interface Backoff {
  /** The maximum wait after the first failure, in ms; it doubles with each further one. */
  readonly baseMs: number;
  /** The upper limit of all waits, in ms. */
  readonly maxMs: number;
  /** The share of the maximum wait that is random. Default: `half`. */
  readonly jitter?: 'half' | 'full';
}

/**
 * The wait before the next attempt, in ms. The jitter prevents clients that failed together from
 * retrying together.
 * @param failures the number of consecutive failures, from 1.
 * @param random returns numbers from 0 up to but not including 1.
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
 * A time with jitter, so that tasks that began together do not stay synchronised forever.
 * @param share the variation to either side, from 0 to 1.
 */
export function withJitter(ms: number, share: number, random: () => number): number {
  return ms * (1 - share + 2 * share * random());
}
