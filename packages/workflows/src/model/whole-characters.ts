/** Joins characters that a stream of texts splits between two pieces: half a character is no text, and would not survive as UTF-8. */
export class WholeCharacters {
  #half = '';

  /** Returns what is whole by now; the first half of a character waits for its second. */
  take(piece: string): string {
    const text = this.#half + piece;
    const endsInHalf = /[\uD800-\uDBFF]$/.test(text);
    this.#half = endsInHalf ? text.slice(-1) : '';
    return (endsInHalf ? text.slice(0, -1) : text).toWellFormed();
  }

  /** Returns what is left when no more comes: nothing, or the sign for a character that cannot be shown. */
  rest(): string {
    const half = this.#half;
    this.#half = '';
    return half.toWellFormed();
  }
}
