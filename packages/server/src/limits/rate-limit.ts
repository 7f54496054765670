import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;

export interface RateLimitOptions {
  /** The sustained number per minute, which is also the size of a burst. */
  readonly perMinute: number;
  /** Returns the time in ms; it may be set back. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** The maximum number of keys; the least recently used are forgotten. Default: 10,000. */
  readonly maxKeys?: number | undefined;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket for each key. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** A forgotten key starts with a full bucket, like one that was unused for a minute. */
  readonly #buckets: LRUCache<string, Bucket>;

  constructor({ perMinute, now = () => performance.now(), maxKeys = 10_000 }: RateLimitOptions) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#buckets = new LRUCache({ max: maxKeys });
  }

  /** @returns 0 if it is within the limit, otherwise the time to wait, in ms */
  take(key: string): number {
    const perMinute = this.#perMinute;
    const at = this.#now();
    const last = this.#buckets.get(key) ?? { tokens: perMinute, at };
    const passed = Math.max(0, at - last.at);
    const tokens = Math.min(perMinute, last.tokens + (passed * perMinute) / MINUTE_MS);
    const isFree = tokens >= 1;
    this.#buckets.set(key, { tokens: isFree ? tokens - 1 : tokens, at });
    return isFree ? 0 : Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute);
  }
}

/** The client to which limits apply. */
export interface Requester {
  readonly identity: {
    /** `null` if the client is not signed in. */
    readonly userId: string | null;
    /** When the session ends, in ms since 1970; `null`: never. */
    readonly expiresAt: number | null;
  };
  /** The client address; it identifies clients that are not signed in. */
  readonly address: string;
}

/** Returns the key for limits: the user, or the address of a client that is not signed in. */
export function userKeyOf({ identity, address }: Requester): string {
  return identity.userId === null ? `at ${address}` : `user ${identity.userId}`;
}
