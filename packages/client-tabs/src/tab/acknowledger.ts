/** So many messages, or so many characters of them, are acknowledged at a time. */
const BATCH = 32;
const BATCH_CHARS = 250_000;

/**
 * Tells the host what the reader has taken. The host counts what is not, and waits when it is too
 * much.
 */
export class Acknowledger {
  acknowledge: (count: number) => void = () => {};
  /**
   * Sizes of what is buffered, in the reader's order; `null` for what belongs to an earlier
   * subscription.
   */
  #buffered: (number | null)[] = [];
  #count = 0;
  #chars = 0;

  /** A new subscription: the host of this one does not count what was sent before. */
  restart(): void {
    this.#buffered = this.#buffered.map(() => null);
    this.#count = 0;
    this.#chars = 0;
  }

  /** The message waits for the reader now. */
  buffered(chars: number): void {
    this.#buffered.push(chars);
  }

  /** The reader took the first buffered message. */
  firstRead(): void {
    const chars = this.#buffered.shift() ?? null;
    if (chars !== null) this.taken(chars);
  }

  /** The reader took the message, or does not want it. */
  taken(chars: number): void {
    this.#count += 1;
    this.#chars += chars;
    if (this.#count < BATCH && this.#chars < BATCH_CHARS) return;
    this.acknowledge(this.#count);
    this.#count = 0;
    this.#chars = 0;
  }
}
