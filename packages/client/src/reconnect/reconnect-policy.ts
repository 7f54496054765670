import { type Backoff, backoffMs } from '@runtape/async';
import type { RuntapeClientError } from '../transport/errors.ts';

export interface Retry extends Pick<Backoff, 'baseMs' | 'maxMs'> {
  /**
   * The number of consecutive streams that may fail to open, or break, before the client gives up.
   * An event, a connection that lasted `maxMs`, or a successful poll resets the count.
   */
  readonly attempts: number;
  /**
   * The number of consecutive failures after which the client also polls, while it still tries to
   * stream.
   */
  readonly pollAfter: number;
  /** The interval between polls, in ms; it grows up to `maxMs` while there is no response. */
  readonly pollMs: number;
}

export const DEFAULT_RETRY: Retry = {
  attempts: 10,
  baseMs: 500,
  maxMs: 10_000,
  pollAfter: 5,
  pollMs: 2000,
};

/** Counts consecutive failures, and computes the delay after each. */
export class ReconnectPolicy {
  readonly #retry: Retry;
  readonly #random: () => number;
  readonly #now: () => number;
  #liveSince: number | null = null;
  /** The number of consecutive failed streams. */
  #streak = 0;
  /** The number of those failures since the last event or successful poll. */
  #count = 0;

  constructor(retry: Retry, random: () => number, now: () => number) {
    this.#retry = retry;
    this.#random = random;
    this.#now = now;
  }

  /** Whether enough consecutive streams have failed to start polling. */
  get shouldPoll(): boolean {
    return this.#streak >= this.#retry.pollAfter;
  }

  /**
   * Records that a connection is open. This does not reset the failures: an overloaded server
   * accepts connections and drops them.
   */
  connected(): void {
    this.#liveSince = this.#now();
  }

  /** Records that an event was delivered, and resets the failures. */
  delivered(): void {
    this.#streak = 0;
    this.#count = 0;
  }

  /** Records a successful poll: the server is running, even if streaming fails. */
  answered(): void {
    this.#count = 0;
  }

  /**
   * Counts a failure.
   * @throws the error itself, when it is permanent or the attempts are used up.
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

  /** Returns the delay before the next poll, in ms, after `failures` consecutive failed polls. */
  untilNextPoll(failures: number): number {
    const { pollMs, maxMs } = this.#retry;
    const backoff = { baseMs: pollMs, maxMs: Math.max(maxMs, pollMs) };
    return backoffMs(failures + 1, backoff, this.#random);
  }
}
