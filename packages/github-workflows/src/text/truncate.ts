/** A text and the number of characters cut from its end. */
export interface Truncated {
  readonly text: string;
  readonly omitted: number;
}

/** Cuts a text to a number of characters without splitting one; lone surrogates are replaced. */
export function truncate(text: string, maxChars: number): Truncated {
  if (text.length <= maxChars) return { text: text.toWellFormed(), omitted: 0 };
  const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  const kept = text.slice(0, cutsPair ? maxChars - 1 : maxChars);
  return { text: kept.toWellFormed(), omitted: text.length - kept.length };
}

/**
 * Rejoins characters that a stream splits between two pieces: half of one would not survive as
 * UTF-8.
 */
export class WholeCharacters {
  #half = '';

  /** Returns the complete characters; the first half of one waits for its second. */
  take(piece: string): string {
    const text = this.#half + piece;
    const endsInHalf = /[\uD800-\uDBFF]$/.test(text);
    this.#half = endsInHalf ? text.slice(-1) : '';
    return (endsInHalf ? text.slice(0, -1) : text).toWellFormed();
  }

  /** Returns the rest at the end: nothing, or the replacement character. */
  rest(): string {
    const half = this.#half;
    this.#half = '';
    return half.toWellFormed();
  }
}
