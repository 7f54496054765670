import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';

/** BullMQ's lowest priority. */
const LAST = 2_097_152;
/** Whoever has not enqueued for so long begins anew, in ms. */
const KEPT_MS = 3_600_000;

/**
 * The turn of an owner's next job: one after its last, and not before the one that is served. KEYS:
 * turns. ARGV: field.
 */
const NEXT = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local turn = math.min(math.max(served, last) + 1, ${LAST})
redis.call('HSET', KEYS[1], ARGV[1], turn)
redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
return turn
`;

/** A job of this turn is served. KEYS: turns. ARGV: the turn. */
const SERVED = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
if tonumber(ARGV[1]) > served then redis.call('HSET', KEYS[1], 'served', ARGV[1]) end
return 1
`;

/**
 * Lets owners take turns in a queue that only knows priorities: the first job of everybody is
 * served before the second of anybody. All processes that share the queue count together.
 */
export class Turns {
  readonly #client: Redis | Cluster;
  readonly #key: string;

  /** @param key in the same slot as the queue. */
  constructor(client: Redis | Cluster, key: string) {
    this.#client = client;
    this.#key = key;
  }

  /** @returns the priority of an owner's next job; the lower the sooner. */
  async next(owner: string | null): Promise<number> {
    const field = `owner ${JSON.stringify(owner)}`;
    return z.int().parse(await this.#client.eval(NEXT, 1, this.#key, field));
  }

  /**
   * Says which turn is served, so that who comes new begins there and not before everybody else.
   */
  async served(turn: number): Promise<void> {
    await this.#client.eval(SERVED, 1, this.#key, turn);
  }

  /** Nobody waits: all begin anew. */
  async reset(): Promise<void> {
    await this.#client.del(this.#key);
  }
}
