import { type Backoff, backoffMs } from './backoff.ts';
import type { RuntapeClientError } from './errors.ts';

export interface Retry extends Backoff {
  /** How many times in a row to reconnect in vain before giving up. */
  readonly attempts: number;
}

/** Counts failures in a row, and says how long to wait after each. */
export class Attempts {
  readonly #retry: Retry;
  readonly #random: () => number;
  readonly #now: () => number;
  #liveSince: number | null = null;
  #count = 0;

  constructor(retry: Retry, random: () => number, now: () => number) {
    this.#retry = retry;
    this.#random = random;
    this.#now = now;
  }

  /** A connection stands. That alone proves little: a server in trouble takes connections and drops them. */
  connected(): void {
    this.#liveSince = this.#now();
  }

  /** An event got through. */
  delivered(): void {
    this.#count = 0;
  }

  /**
   * Counts a failure.
   * @throws the error, when it will not pass or the attempts are used up.
   */
  failed(error: RuntapeClientError): { readonly attempt: number; readonly inMs: number } {
    const { attempts, maxMs } = this.#retry;
    const wasStable = this.#liveSince !== null && this.#now() - this.#liveSince >= maxMs;
    this.#liveSince = null;
    if (wasStable) this.#count = 0;
    if (!error.mayPass || this.#count >= attempts) throw error;
    this.#count += 1;
    return { attempt: this.#count, inMs: backoffMs(this.#count, this.#retry, this.#random) };
  }
}
