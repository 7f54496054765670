/** The measurements of each target, round by round. */
export type Rounds<Name extends string, Measurement> = ReadonlyMap<Name, readonly Measurement[]>;

interface RoundOptions {
  /** The number of measured rounds, from 1. */
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Default: no limit. */
  readonly maxRounds?: number;
  /** Whether to run one more round first, which does not count. Default: not in quick mode. */
  readonly warmsUp?: boolean;
}

/**
 * Measures several targets in turn, round after round, so that other activity of the machine
 * affects all of them. Each round begins with another target.
 *
 * @param measure `isWarmUp` is true in the round that does not count.
 */
export async function interleave<Name extends string, Target, Measurement>(
  targets: ReadonlyMap<Name, Target>,
  { rounds, isQuick, maxRounds = rounds, warmsUp = !isQuick }: RoundOptions,
  measure: (target: Target, name: Name, isWarmUp: boolean) => Promise<Measurement>,
): Promise<Rounds<Name, Measurement>> {
  const measured = new Map<Name, Measurement[]>([...targets.keys()].map((name) => [name, []]));
  for (let round = warmsUp ? 0 : 1; round <= Math.min(rounds, maxRounds); round += 1) {
    const first = round % targets.size;
    const entries = [...targets];
    for (const [name, target] of [...entries.slice(first), ...entries.slice(0, first)]) {
      const one = await measure(target, name, round === 0);
      if (round > 0) measured.get(name)?.push(one);
    }
  }
  return measured;
}

/** One figure of a target in each round. */
export function valuesOf<Name extends string, Key extends string>(
  rounds: Rounds<Name, Readonly<Record<Key, number>>>,
  name: Name,
  key: Key,
): readonly number[] {
  return (rounds.get(name) ?? []).map((measured) => measured[key]);
}

/** Each value divided by the other value of the same round. */
export function ratios(values: readonly number[], others: readonly number[]): readonly number[] {
  return values.map((value, round) => value / (others[round] ?? Number.NaN));
}
