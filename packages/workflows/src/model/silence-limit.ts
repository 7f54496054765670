/** Aborts when nothing is heard for too long. Only counts while it watches: time we take ourselves is nobody's silence. */
export class SilenceLimit {
  readonly #controller = new AbortController();
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Counts from now. */
  watch(): void {
    this.pause();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#limitMs);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }
}
