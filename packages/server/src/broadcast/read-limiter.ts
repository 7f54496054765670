/**
 * How many parts of one stream may read history concurrently. Each waits until the client has taken
 * its data, so this also limits how many pages of history or snapshots one client can make the
 * process hold.
 */
const READING_AT_ONCE = 4;

/**
 * Limits how many parts of one stream read concurrently. They take turns, so that a long history
 * does not delay the others.
 */
export class ReadingTurns {
  // Arrays take little memory: there are many streams with few parts, and an idle one has none
  // here.
  readonly #reading: object[] = [];
  /** Parts that wait for their turn, the longest wait first. */
  readonly #waiting: { readonly part: object; readonly begin: () => void }[] = [];

  /**
   * Waits for the turn of a part. Returns immediately if the part already has it. @throws the
   * reason of the signal.
   */
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

  /**
   * Ends the turn of a part, if it has one or waits for one, and starts the part that has waited
   * longest.
   */
  release(part: object): void {
    const waits = this.#waiting.findIndex((waiting) => waiting.part === part);
    // A waiting part continues and checks itself why its wait has ended.
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
