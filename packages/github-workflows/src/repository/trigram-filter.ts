/** Shorter sequences are too common, and longer ones have too many variants. */
const LENGTH = 3;
/** One bit per letter leaves most bits unset, because texts repeat themselves. */
const LETTERS_PER_BIT = 1;
const MIN_BITS = 5;
const WORD_MASK = 31;
const WORD_SHIFT = 5;
const GOLDEN = 0x9e3779b1;

/**
 * A Bloom filter of a text's trigrams: a search over thousands of texts skips most of them unread.
 */
export class TrigramFilter {
  readonly #bits: Uint32Array;
  /** The shift that reduces a 32-bit hash to a bit number. */
  readonly #shift: number;

  constructor(text: string) {
    const bits = Math.ceil(Math.log2(Math.max(1, text.length / LETTERS_PER_BIT)));
    this.#shift = 32 - Math.max(MIN_BITS, bits);
    this.#bits = new Uint32Array(2 ** (32 - this.#shift - WORD_SHIFT));
    for (let at = 0; at + LENGTH <= text.length; at += 1) {
      const bit = this.#bitOf(text, at);
      const word = bit >>> WORD_SHIFT;
      this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (bit & WORD_MASK));
    }
  }

  /** Whether the text may contain this one; false is certain. */
  mayContain(wanted: string): boolean {
    for (let at = 0; at + LENGTH <= wanted.length; at += 1) {
      const bit = this.#bitOf(wanted, at);
      const word = this.#bits[bit >>> WORD_SHIFT] ?? 0;
      if ((word & (1 << (bit & WORD_MASK))) === 0) return false;
    }
    return true;
  }

  #bitOf(text: string, at: number): number {
    const group =
      text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 8) ^ (text.charCodeAt(at + 2) << 16);
    return Math.imul(group, GOLDEN) >>> this.#shift;
  }
}
