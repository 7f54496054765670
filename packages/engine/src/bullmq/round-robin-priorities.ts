import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';

/** BullMQ's lowest priority. */
const LAST = 2_097_152;
/** An owner that has not enqueued for this long starts over, in ms. */
const OWNER_TTL_MS = 3_600_000;

/**
 * Assigns the next turn of an owner: after its last turn, and not before the last served one. KEYS:
 * turns. ARGV: field.
 */
const NEXT = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local turn = math.min(math.max(served, last) + 1, ${LAST})
redis.call('HSET', KEYS[1], ARGV[1], turn)
redis.call('PEXPIRE', KEYS[1], ${OWNER_TTL_MS})
return turn
`;

/** Marks a turn as served. KEYS: turns. ARGV: the turn. */
const SERVED = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
if tonumber(ARGV[1]) > served then redis.call('HSET', KEYS[1], 'served', ARGV[1]) end
return 1
`;

/**
 * Round-robin between owners on a queue that only knows priorities: the first job of every owner is
 * served before the second of any. All processes that share the queue count together.
 */
export class RoundRobinPriorities {
  readonly #client: Redis | Cluster;
  readonly #key: string;

  /** @param key in the same slot as the queue. */
  constructor(client: Redis | Cluster, key: string) {
    this.#client = client;
    this.#key = key;
  }

  /** @returns the priority of the owner's next job; lower is sooner. */
  async next(owner: string | null): Promise<number> {
    const field = `owner ${JSON.stringify(owner)}`;
    return z.int().parse(await this.#client.eval(NEXT, 1, this.#key, field));
  }

  /** Marks a turn as served, so that new owners start there and not before all others. */
  async served(turn: number): Promise<void> {
    await this.#client.eval(SERVED, 1, this.#key, turn);
  }

  /** Starts over, because no job waits. */
  async reset(): Promise<void> {
    await this.#client.del(this.#key);
  }
}
