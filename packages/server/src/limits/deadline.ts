/** With a longer delay, `setTimeout` fires immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Aborts at a time, such as the end of a session or link, unless it is disposed of before. */
export class Deadline implements Disposable {
  readonly #abort = new AbortController();
  readonly #at: number | null;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param at in ms since 1970, as is `now`; `null`: never. */
  constructor(at: number | null, now: () => number) {
    this.#at = at;
    this.#now = now;
    this.#wait();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get hasPassed(): boolean {
    return this.#abort.signal.aborted;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#at === null) return;
    const inMs = this.#at - this.#now();
    if (inMs <= 0) {
      this.#abort.abort();
      return;
    }
    this.#timer = setTimeout(
      () => (inMs > MAX_TIMER_MS ? this.#wait() : this.#abort.abort()),
      Math.min(inMs, MAX_TIMER_MS),
    );
  }
}
