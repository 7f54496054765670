import { Signal } from '@runtape/async';

/** How many messages a tab may leave untaken, and how many characters of them: one that is frozen costs no more than that. */
const WINDOW = 512;
const WINDOW_CHARS = 8_000_000;

/** How much was sent to a tab and not taken yet. */
export class Window {
  /** Sizes. */
  readonly #untaken: number[] = [];
  #untakenChars = 0;
  readonly #taken = new Signal();

  get hasRoom(): boolean {
    return this.#untaken.length < WINDOW && this.#untakenChars < WINDOW_CHARS;
  }

  /** Most of what was sent was taken. */
  get isDrained(): boolean {
    return this.#untaken.length <= WINDOW / 4 && this.#untakenChars <= WINDOW_CHARS / 4;
  }

  sent(chars: number): void {
    this.#untaken.push(chars);
    this.#untakenChars += chars;
  }

  /** So many more were taken. */
  taken(count: number): void {
    for (const chars of this.#untaken.splice(0, count)) this.#untakenChars -= chars;
    this.#taken.notify();
  }

  /** Waits until there is room for more, or the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) await this.#nextTaken(signal);
  }

  /** Waits until most was taken, or the signal aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (!this.isDrained && !signal.aborted) await this.#nextTaken(signal);
  }

  async #nextTaken(signal: AbortSignal): Promise<void> {
    await this.#taken.wait(signal).catch(() => {});
  }
}
