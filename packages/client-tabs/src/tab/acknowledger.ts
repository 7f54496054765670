/** Acknowledges after this many messages, or this many characters of them. */
const BATCH = 32;
const BATCH_CHARS = 250_000;

/**
 * Acknowledges messages to the host once the reader has read them. The host counts unacknowledged
 * messages, and pauses when there are too many.
 */
export class Acknowledger {
  acknowledge: (count: number) => void = () => {};
  /**
   * The sizes of the buffered messages, in the reader's order; `null` for a message of an earlier
   * subscription.
   */
  #buffered: (number | null)[] = [];
  #count = 0;
  #chars = 0;

  /** Starts a new subscription; its host does not count messages of an earlier one. */
  restart(): void {
    this.#buffered = this.#buffered.map(() => null);
    this.#count = 0;
    this.#chars = 0;
  }

  /** Records that a message waits for the reader. */
  buffered(chars: number): void {
    this.#buffered.push(chars);
  }

  /** Records that the reader has read the first buffered message. */
  firstRead(): void {
    const chars = this.#buffered.shift() ?? null;
    if (chars !== null) this.taken(chars);
  }

  /** Records that a message was read, or is not wanted. */
  taken(chars: number): void {
    this.#count += 1;
    this.#chars += chars;
    if (this.#count < BATCH && this.#chars < BATCH_CHARS) return;
    this.acknowledge(this.#count);
    this.#count = 0;
    this.#chars = 0;
  }
}
