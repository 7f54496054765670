import { createContext } from 'react';

/** `Date` headers have whole seconds. */
const RESOLUTION_MS = 1000;
/** A smaller difference is ignored, since the estimate is not more accurate. */
const TOLERANCE_MS = 2000;

/**
 * Estimates the server's time, since a browser's clock may be minutes off. Each `Date` header of a
 * response limits the offset between the clocks to a range, and the ranges are intersected.
 */
export class ServerClock {
  readonly #localNow: () => number;
  #minOffset = Number.NEGATIVE_INFINITY;
  #maxOffset = Number.POSITIVE_INFINITY;

  /** @param localNow the browser's clock, in ms since 1970. Default: `Date.now`. */
  constructor(localNow: () => number = () => Date.now()) {
    this.#localNow = localNow;
  }

  readonly localNow = (): number => this.#localNow();

  /** @param sentAt when the request was sent, by the browser's clock. */
  observe({ headers }: Response, sentAt: number): void {
    const date = Date.parse(headers.get('Date') ?? '');
    if (Number.isNaN(date)) return;
    const min = date - this.#localNow();
    const max = date + RESOLUTION_MS - sentAt;
    const fits = min <= this.#maxOffset && max >= this.#minOffset;
    // If the ranges do not overlap, a clock was set, and earlier ranges no longer apply.
    this.#minOffset = fits ? Math.max(min, this.#minOffset) : min;
    this.#maxOffset = fits ? Math.min(max, this.#maxOffset) : max;
  }

  /** In ms since 1970; the browser's own time before the first response. */
  readonly now = (): number => {
    const offset = (this.#minOffset + this.#maxOffset) / 2;
    const isKnown = Number.isFinite(offset) && Math.abs(offset) > TOLERANCE_MS;
    return this.#localNow() + (isKnown ? offset : 0);
  };
}

export const ServerClockContext = createContext(new ServerClock());
