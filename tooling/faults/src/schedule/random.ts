/**
 * A seeded random generator: the same seed and label give the same numbers, independent of others.
 */
export interface Random {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** @throws RangeError if the list is empty. */
  pick<Item>(items: readonly Item[]): Item;
}

/** sfc32 (Chris Doty-Humphrey, public domain), seeded by a hash of seed and label. */
export function createRandom(seed: number, label: string): Random {
  let [a, b, c, d] = hash(`${seed}/${label}`);
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) next();
  return {
    next,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => {
      const [item] = items.slice(Math.floor(next() * items.length));
      if (item === undefined) throw new RangeError('There is nothing to pick from.');
      return item;
    },
  };
}

/**
 * Hashes a text to four numbers, all of which depend on each character (FNV-1a with four offsets).
 */
function hash(text: string): [number, number, number, number] {
  const hashFrom = (offset: number): number => {
    let value = offset;
    for (let index = 0; index < text.length; index += 1) {
      value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
    }
    return value;
  };
  return [hashFrom(2_166_136_261), hashFrom(84_696_351), hashFrom(2_538_058_380), hashFrom(7)];
}
