import { retryWhileUnavailable, type RetryWhileUnavailableOptions } from '@runtape/event-log';

type RetryOptions = Pick<RetryWhileUnavailableOptions, 'signal' | 'random'>;

/** Receives the results of one user of the store. Both may be called repeatedly. */
export interface OutageListener {
  /** The store rejected a request. @param error its rejection. */
  readonly onUnavailable: (error: unknown) => void;
  /** The store completed a request, or this user no longer waits. */
  readonly onRecovered: () => void;
}

export interface StoreOutageOptions {
  /** Called once per outage, with its first error. */
  readonly onUnavailable: (error: unknown) => void;
  /** Called when no user waits any more. @param awayMs duration of the outage. */
  readonly onRecovered: (awayMs: number) => void;
  /** A monotonic clock, in ms. */
  readonly elapsed: () => number;
}

/**
 * Turns the errors of many users of an unavailable or full store into one report of its beginning
 * and one of its end.
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

  /** Makes a listener for one more user of the store. */
  listener(): OutageListener {
    const listener: OutageListener = {
      onUnavailable: (error) => this.#isAway(listener, error),
      onRecovered: () => this.#isBack(listener),
    };
    return listener;
  }

  /**
   * Repeats a request while the store is unavailable, as one of its waiting users.
   * @throws any other error; the signal's reason once it has aborted.
   */
  async retry<Answer>(question: () => Promise<Answer>, options: RetryOptions): Promise<Answer> {
    const { onUnavailable, onRecovered } = this.listener();
    try {
      return await retryWhileUnavailable(question, { ...options, onUnavailable: onUnavailable });
    } finally {
      onRecovered();
    }
  }

  #isAway(who: OutageListener, error: unknown): void {
    const isNews = !this.isOn;
    this.#waiting.add(who);
    if (!isNews) return;
    this.#since = this.#options.elapsed();
    this.#options.onUnavailable(error);
  }

  #isBack(who: OutageListener): void {
    if (this.#waiting.delete(who) && !this.isOn) {
      this.#options.onRecovered(this.#options.elapsed() - this.#since);
    }
  }
}
