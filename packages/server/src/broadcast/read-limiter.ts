/**
 * How many readers of one stream may read history concurrently. Each waits until the client has
 * taken its data, so this also limits how many pages of history or snapshots one client can make
 * the process hold.
 */
const MAX_CONCURRENT_READS = 4;

/**
 * Limits how many readers of one stream read concurrently. They take turns, so that a long history
 * does not delay the others.
 */
export class ReadLimiter {
  // Arrays take little memory: there are many streams with few readers, and an idle one has none
  // here.
  readonly #reading: object[] = [];
  /** Readers that wait for their turn, the longest wait first. */
  readonly #waiting: { readonly reader: object; readonly begin: () => void }[] = [];

  /**
   * Waits for the turn of a reader. Returns immediately if the reader already has it.
   * @throws the reason of the signal.
   */
  async acquire(reader: object, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#reading.includes(reader)) return;
    if (this.#reading.length < MAX_CONCURRENT_READS && this.#waiting.length === 0) {
      this.#reading.push(reader);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ reader, begin: resolve });
    await promise;
    signal?.throwIfAborted();
  }

  /**
   * Ends the turn of a reader, if it has one or waits for one, and starts the reader that has
   * waited longest.
   */
  release(reader: object): void {
    const waits = this.#waiting.findIndex((waiting) => waiting.reader === reader);
    // A waiting reader continues and checks itself why its wait has ended.
    if (waits !== -1) this.#waiting.splice(waits, 1)[0]?.begin();
    const reads = this.#reading.indexOf(reader);
    if (reads === -1) return;
    this.#reading.splice(reads, 1);
    while (this.#reading.length < MAX_CONCURRENT_READS) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#reading.push(next.reader);
      next.begin();
    }
  }
}
