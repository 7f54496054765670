import type { Source } from '../contract/index.ts';

/** Records which lines of which files a model was shown. */
export class Sources {
  readonly #ranges = new Map<string, [number, number][]>();

  add({ path, from, to }: { path: string; from: number; to: number }): void {
    const ranges = this.#ranges.get(path);
    if (ranges === undefined) this.#ranges.set(path, [[from, to]]);
    else ranges.push([from, to]);
  }

  /** The merged line ranges, with files in the order in which they were first read. */
  list(): Source[] {
    return [...this.#ranges].flatMap(([path, ranges]) =>
      merged(ranges).map((lines) => ({ path, lines })),
    );
  }
}

/** Joins overlapping or adjacent ranges. */
function merged(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
