/** Hears from one of those that wait for the store. Both may be told again and again. */
export interface OutageListener {
  /** The store does not do what it is asked. @param error what it refuses with. */
  readonly onAway: (error: unknown) => void;
  /** It did what it was asked, or nobody waits here any more. */
  readonly onBack: () => void;
}

export interface StoreOutageOptions {
  /** Told once an outage, with the refusal that began it. */
  readonly onAway: (error: unknown) => void;
  /** Told when nobody waits any more. @param awayMs how long somebody did. */
  readonly onBack: (awayMs: number) => void;
  /** In ms, from anywhere: a clock that nobody sets. */
  readonly elapsed: () => number;
}

/**
 * Makes one piece of news of a store that is away, or full, however many wait for it and however
 * often they ask. It is over when none of them waits any more.
 */
export class StoreOutage {
  readonly #options: StoreOutageOptions;
  readonly #waiting = new Set<OutageListener>();
  #since = 0;

  constructor(options: StoreOutageOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#waiting.size > 0;
  }

  /** For one more that may have to wait. */
  listener(): OutageListener {
    const listener: OutageListener = {
      onAway: (error) => this.#isAway(listener, error),
      onBack: () => this.#isBack(listener),
    };
    return listener;
  }

  #isAway(who: OutageListener, error: unknown): void {
    const isNews = !this.isOn;
    this.#waiting.add(who);
    if (!isNews) return;
    this.#since = this.#options.elapsed();
    this.#options.onAway(error);
  }

  #isBack(who: OutageListener): void {
    if (this.#waiting.delete(who) && !this.isOn) {
      this.#options.onBack(this.#options.elapsed() - this.#since);
    }
  }
}
