import { type Backoff, backoffMs } from '@runtape/async';
import type { RuntapeClientError } from '../errors.ts';

export interface Retry extends Pick<Backoff, 'baseMs' | 'maxMs'> {
  /**
   * How many times in a row to connect in vain before giving up. What counts is a stream that could not be opened or broke,
   * while nothing got through in any way: an event, a connection that stood for `maxMs`, or an answer to a poll starts the
   * count anew.
   */
  readonly attempts: number;
  /** After how many failures in a row to ask for events now and then, beside trying to stream. */
  readonly pollAfter: number;
  /** How often to ask, in ms; longer, up to `maxMs`, while there is no answer. */
  readonly pollMs: number;
}

/** What `attempts` counts, and how long each wait is, unless a program says otherwise. */
export const DEFAULT_RETRY: Retry = {
  attempts: 10,
  baseMs: 500,
  maxMs: 10_000,
  pollAfter: 5,
  pollMs: 2000,
};

/** Counts failures in a row, and says how long to wait after each. */
export class Attempts {
  readonly #retry: Retry;
  readonly #random: () => number;
  readonly #now: () => number;
  #liveSince: number | null = null;
  /** Streams that failed in a row. */
  #streak = 0;
  /** Those of them since anything got through. */
  #count = 0;

  constructor(retry: Retry, random: () => number, now: () => number) {
    this.#retry = retry;
    this.#random = random;
    this.#now = now;
  }

  /** Streaming has failed so often that it is time to ask for events instead. */
  get shouldPoll(): boolean {
    return this.#streak >= this.#retry.pollAfter;
  }

  /** A connection stands. That alone proves little: a server in trouble takes connections and drops them. */
  connected(): void {
    this.#liveSince = this.#now();
  }

  /** An event got through. */
  delivered(): void {
    this.#streak = 0;
    this.#count = 0;
  }

  /** A poll was answered: the server is there, whatever keeps the stream from standing. */
  answered(): void {
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
    if (wasStable) this.delivered();
    if (!error.mayPass || this.#count >= attempts) throw error;
    this.#streak += 1;
    this.#count += 1;
    const backoff = { ...this.#retry, jitter: 'full' as const };
    return { attempt: this.#count, inMs: backoffMs(this.#streak, backoff, this.#random) };
  }

  /** How long to wait before the next poll, in ms, when so many in a row had no answer. */
  untilNextPoll(failures: number): number {
    const { pollMs, maxMs } = this.#retry;
    const backoff = { baseMs: pollMs, maxMs: Math.max(maxMs, pollMs) };
    return backoffMs(failures + 1, backoff, this.#random);
  }
}
