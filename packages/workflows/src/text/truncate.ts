/** A text and how many characters of it were left out at its end. */
export interface Truncated {
  readonly text: string;
  readonly omitted: number;
}

/**
 * Cuts a text to a number of characters, never in the middle of one; half characters in it are
 * replaced.
 */
export function truncate(text: string, maxChars: number): Truncated {
  if (text.length <= maxChars) return { text: text.toWellFormed(), omitted: 0 };
  const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  const kept = text.slice(0, cutsPair ? maxChars - 1 : maxChars);
  return { text: kept.toWellFormed(), omitted: text.length - kept.length };
}

/**
 * Joins characters that a stream of texts splits between two pieces: half a character is no text,
 * and would not survive as UTF-8.
 */
export class WholeCharacters {
  #half = '';

  /** Returns what is whole by now; the first half of a character waits for its second. */
  take(piece: string): string {
    const text = this.#half + piece;
    const endsInHalf = /[\uD800-\uDBFF]$/.test(text);
    this.#half = endsInHalf ? text.slice(-1) : '';
    return (endsInHalf ? text.slice(0, -1) : text).toWellFormed();
  }

  /**
   * Returns what is left when no more comes: nothing, or the sign for a character that cannot be
   * shown.
   */
  rest(): string {
    const half = this.#half;
    this.#half = '';
    return half.toWellFormed();
  }
}
