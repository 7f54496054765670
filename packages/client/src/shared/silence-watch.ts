/** A hub of which nothing was heard for so long, in ms, is asked whether it is still there. */
const QUIET_MS = 20_000;

export interface SilenceWatchOptions {
  /** How long an answer may take, in ms. */
  readonly answerMs: number;
  readonly now: () => number;
  /** Says something that has to be answered. */
  readonly greet: () => void;
  /** There was no answer in time. */
  readonly onSilence: () => void;
}

/** Notices that whoever holds the stream is frozen, or gone without a word. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #answer: ReturnType<typeof setTimeout> | null = null;
  #quiet: ReturnType<typeof setInterval> | null = null;
  #heardAt = 0;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Asks from now on whenever it has been quiet for long. */
  start(): void {
    if (this.#quiet === null) this.#heardAt = this.#options.now();
    this.#quiet ??= setInterval(() => {
      if (this.#options.now() - this.#heardAt >= QUIET_MS) this.check();
    }, QUIET_MS);
  }

  stop(): void {
    this.#forget();
    if (this.#quiet !== null) clearInterval(this.#quiet);
    this.#quiet = null;
  }

  /** Asks now. */
  check(): void {
    const { answerMs, now, greet, onSilence } = this.#options;
    greet();
    const askedAt = now();
    this.#answer ??= setTimeout(() => {
      this.#answer = null;
      // The machine slept, and whoever was asked with it: the answer is on its way.
      if (now() - askedAt > 2 * answerMs) this.check();
      else onSilence();
    }, answerMs);
  }

  /** The hub said something. */
  heard(): void {
    this.#heardAt = this.#options.now();
    this.#forget();
  }

  #forget(): void {
    if (this.#answer !== null) clearTimeout(this.#answer);
    this.#answer = null;
  }
}
