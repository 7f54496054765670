import type { Redis } from 'ioredis';

/** The number of clients of a Redis, including this one. */
export async function connectionsOf(redis: Redis): Promise<number> {
  return Number(/^connected_clients:(\d+)/m.exec(await redis.info('clients'))?.[1]);
}
