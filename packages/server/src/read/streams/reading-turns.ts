/**
 * How many parts of one stream may read history at once. What they read waits until the client
 * takes it, so this is also how many pages of history, or snapshots, one client can make the
 * process hold.
 */
const READING_AT_ONCE = 4;

/**
 * Lets the parts of one stream read by turns, so that one with a long past keeps none of the others
 * waiting.
 */
export class ReadingTurns {
  // Arrays: a stream has few parts, an idle one none here, and there are many streams.
  readonly #reading: object[] = [];
  /** Those whose turn it is not yet, longest first. */
  readonly #waiting: { readonly part: object; readonly begin: () => void }[] = [];

  /** Waits for the turn of a part, unless it has it. @throws the reason of the signal. */
  async take(part: object, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#reading.includes(part)) return;
    if (this.#reading.length < READING_AT_ONCE && this.#waiting.length === 0) {
      this.#reading.push(part);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ part, begin: resolve });
    await promise;
    signal?.throwIfAborted();
  }

  /** Gives the turn to who waits longest; may be called without having one. */
  release(part: object): void {
    const waits = this.#waiting.findIndex((waiting) => waiting.part === part);
    // It waits no longer, and finds out why.
    if (waits !== -1) this.#waiting.splice(waits, 1)[0]?.begin();
    const reads = this.#reading.indexOf(part);
    if (reads === -1) return;
    this.#reading.splice(reads, 1);
    while (this.#reading.length < READING_AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#reading.push(next.part);
      next.begin();
    }
  }
}
