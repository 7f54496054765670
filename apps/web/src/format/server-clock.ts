import { createContext } from 'react';

/** `Date` headers have whole seconds. */
const RESOLUTION_MS = 1000;
/** A smaller difference is ignored, since the estimate is hardly better. */
const TOLERANCE_MS = 2000;

/**
 * The server's time, since a browser's clock may be minutes off. Estimated from the `Date` headers
 * of answers: each limits the difference of the clocks to a range, and the ranges are intersected.
 */
export class ServerClock {
  readonly #localNow: () => number;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  /** @param localNow the browser's clock, in ms since 1970. Default: `Date.now`. */
  constructor(localNow: () => number = () => Date.now()) {
    this.#localNow = localNow;
  }

  readonly localNow = (): number => this.#localNow();

  /** @param sentAt when the request was sent, by the browser's clock. */
  observe({ headers }: Response, sentAt: number): void {
    const date = Date.parse(headers.get('Date') ?? '');
    if (Number.isNaN(date)) return;
    const least = date - this.#localNow();
    const most = date + RESOLUTION_MS - sentAt;
    const fits = least <= this.#most && most >= this.#least;
    // A clock was set: earlier ranges are no longer true.
    this.#least = fits ? Math.max(least, this.#least) : least;
    this.#most = fits ? Math.min(most, this.#most) : most;
  }

  /** In ms since 1970; the browser's own time before the first answer. */
  readonly now = (): number => {
    const offset = (this.#least + this.#most) / 2;
    const isKnown = Number.isFinite(offset) && Math.abs(offset) > TOLERANCE_MS;
    return this.#localNow() + (isKnown ? offset : 0);
  };
}

export const ServerClockContext = createContext(new ServerClock());
