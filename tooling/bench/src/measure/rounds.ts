/** The measurements of each subject, round by round. */
export type Rounds<Name extends string, Measured> = ReadonlyMap<Name, readonly Measured[]>;

/**
 * Measures several subjects in turn, round after round, so that other activity of the machine
 * affects all of them. Each round begins with another subject.
 *
 * @param options.rounds the number of measured rounds, from 1.
 * @param options.warmsUp whether to run one more round first, which does not count. Default: true.
 * @param options.measure `isWarmUp` is true in the round that does not count.
 */
export async function interleave<Name extends string, Measured>(
  names: readonly Name[],
  options: {
    readonly rounds: number;
    readonly warmsUp?: boolean;
    readonly measure: (name: Name, isWarmUp: boolean) => Promise<Measured>;
  },
): Promise<Rounds<Name, Measured>> {
  const measured = new Map<Name, Measured[]>(names.map((name) => [name, []]));
  const { rounds, warmsUp = true } = options;
  for (let round = warmsUp ? 0 : 1; round <= rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const one = await options.measure(name, round === 0);
      if (round > 0) measured.get(name)?.push(one);
    }
  }
  return measured;
}
