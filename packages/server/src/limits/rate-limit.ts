import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;

export interface RateLimitOptions {
  /** How many a minute, spread out; as many may come at once. */
  readonly perMinute: number;
  /**
   * In ms. A clock that is set back lets nobody wait longer. Default: `performance.now`, which is
   * never set.
   */
  readonly now?: (() => number) | undefined;
  /** How many keys are known at a time; the ones longest ago are forgotten. Default: 10,000. */
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
  /**
   * A key that was forgotten starts with a full bucket, as one that was quiet for a minute does
   * anyway.
   */
  readonly #buckets: LRUCache<string, Bucket>;

  constructor({ perMinute, now = () => performance.now(), maxKeys = 10_000 }: RateLimitOptions) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#buckets = new LRUCache({ max: maxKeys });
  }

  /** @returns 0 when it may go on, otherwise how long to wait, in ms. */
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

/** Whom limits count for. */
export interface Requester {
  readonly identity: {
    /** `null`: nobody is signed in. */
    readonly userId: string | null;
    /** When the session ends, in ms since 1970; `null`: never. */
    readonly expiresAt: number | null;
  };
  /** Where the request comes from; tells apart those who are not signed in. */
  readonly address: string;
}

/** The name that limits count under: the user, or where nobody is signed in, the address. */
export function userKeyOf({ identity, address }: Requester): string {
  return identity.userId === null ? `at ${address}` : `user ${identity.userId}`;
}
