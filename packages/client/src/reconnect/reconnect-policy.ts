import { type Backoff, backoffMs } from '@runtape/async';
import type { RuntapeClientError } from '../transport/errors.ts';

export interface Retry extends Pick<Backoff, 'baseMs' | 'maxMs'> {
  /**
   * How many streams in a row may fail to open, or break, before giving up. An event, a connection
   * that lasted `maxMs`, or an answer to a poll starts the count anew.
   */
  readonly attempts: number;
  /** After how many failures in a row to poll for events as well, while still trying to stream. */
  readonly pollAfter: number;
  /** How often to poll, in ms; less often, up to `maxMs` apart, while there is no answer. */
  readonly pollMs: number;
}

export const DEFAULT_RETRY: Retry = {
  attempts: 10,
  baseMs: 500,
  maxMs: 10_000,
  pollAfter: 5,
  pollMs: 2000,
};

/** Counts failures in a row, and says how long to wait after each. */
export class ReconnectPolicy {
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

  /** Streaming has failed so often that it is time to poll. */
  get shouldPoll(): boolean {
    return this.#streak >= this.#retry.pollAfter;
  }

  /**
   * A connection is open. That alone proves little: a server in trouble accepts connections and
   * drops them.
   */
  connected(): void {
    this.#liveSince = this.#now();
  }

  /** An event got through. */
  delivered(): void {
    this.#streak = 0;
    this.#count = 0;
  }

  /** A poll was answered: the server is there, whatever prevents the stream. */
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
    const backoff = { ...this.#retry, jitter: 'full' } as const;
    return { attempt: this.#count, inMs: backoffMs(this.#streak, backoff, this.#random) };
  }

  /** How long to wait before the next poll, in ms, when so many in a row had no answer. */
  untilNextPoll(failures: number): number {
    const { pollMs, maxMs } = this.#retry;
    const backoff = { baseMs: pollMs, maxMs: Math.max(maxMs, pollMs) };
    return backoffMs(failures + 1, backoff, this.#random);
  }
}
