import { onAbort } from '../wait.ts';

/** How many messages a tab may leave untaken, and how many characters of them: one that is frozen costs no more than that. */
const WINDOW = 512;
const WINDOW_CHARS = 8_000_000;

/** How much was sent to a tab and not taken yet. */
export class Window {
  /** Sizes. */
  readonly #untaken: number[] = [];
  #untakenChars = 0;
  #onRoom = (): void => {};

  get hasRoom(): boolean {
    return this.#untaken.length < WINDOW && this.#untakenChars < WINDOW_CHARS;
  }

  sent(chars: number): void {
    this.#untaken.push(chars);
    this.#untakenChars += chars;
  }

  /** So many more were taken. */
  taken(count: number): void {
    for (const chars of this.#untaken.splice(0, count)) this.#untakenChars -= chars;
    if (this.hasRoom) this.#onRoom();
  }

  /** Waits until there is room for more, or the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRoom = resolve;
      const stopListening = onAbort(signal, resolve);
      await promise;
      stopListening();
    }
  }
}
