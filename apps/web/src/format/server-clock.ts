import { createContext } from 'react';

/** `Date` headers have whole seconds. */
const RESOLUTION_MS = 1000;
/** Clocks that agree up to this are taken as they are: the estimate is hardly better than that. */
const TOLERANCE_MS = 2000;

/**
 * The time of the server, whose stamps the page shows: the clock of a browser may be minutes off. Estimated from the `Date`
 * headers of answers, each of which says that the difference of the clocks lies in a range; the ranges together narrow it down.
 */
export class ServerClock {
  readonly #localNow: () => number;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  /** @param localNow the browser's clock, in ms since 1970. Default: `Date.now`. */
  constructor(localNow: () => number = () => Date.now()) {
    this.#localNow = localNow;
  }

  /** The browser's clock, for `sentAt` of `observe`. */
  readonly localNow = (): number => this.#localNow();

  /** Learns from an answer. @param sentAt when it was asked for, by the browser's clock. */
  observe({ headers }: Response, sentAt: number): void {
    const date = Date.parse(headers.get('Date') ?? '');
    if (Number.isNaN(date)) return;
    const least = date - this.#localNow();
    const most = date + RESOLUTION_MS - sentAt;
    const fits = least <= this.#most && most >= this.#least;
    // One of the clocks was set: what was known before is no longer true.
    this.#least = fits ? Math.max(least, this.#least) : least;
    this.#most = fits ? Math.min(most, this.#most) : most;
  }

  /** In ms since 1970. The browser's own time until an answer has come. */
  readonly now = (): number => {
    const offset = (this.#least + this.#most) / 2;
    const isKnown = Number.isFinite(offset) && Math.abs(offset) > TOLERANCE_MS;
    return this.#localNow() + (isKnown ? offset : 0);
  };
}

export const ServerClockContext = createContext(new ServerClock());
