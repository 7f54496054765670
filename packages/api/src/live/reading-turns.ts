/**
 * How many parts of one stream may read history at once. What they read waits until the client takes it, so this is also how
 * many pages of history, or snapshots, one client can make the process hold.
 */
const READING_AT_ONCE = 4;

/** Lets the parts of one stream read by turns, so that one with a long past keeps none of the others waiting. */
export class ReadingTurns {
  readonly #reading = new Set<object>();
  /** Those whose turn it is not yet, longest first. */
  readonly #waiting = new Map<object, () => void>();

  /** Waits for the turn of a part, unless it has it. @throws the reason of the signal. */
  async take(part: object, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#reading.has(part)) return;
    if (this.#reading.size < READING_AT_ONCE && this.#waiting.size === 0) {
      this.#reading.add(part);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(part, resolve);
    await promise;
    signal?.throwIfAborted();
  }

  /** Gives the turn to who waits longest; may be called without having one. */
  release(part: object): void {
    const wake = this.#waiting.get(part);
    this.#waiting.delete(part);
    // It waits no longer, and finds out why.
    wake?.();
    if (!this.#reading.delete(part)) return;
    for (const [next, begin] of this.#waiting) {
      if (this.#reading.size >= READING_AT_ONCE) return;
      this.#waiting.delete(next);
      this.#reading.add(next);
      begin();
    }
  }
}
