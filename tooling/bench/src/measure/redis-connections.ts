import type { Redis } from 'ioredis';

/** How many clients a Redis has, whoever asks among them. */
export async function connectionsOf(redis: Redis): Promise<number> {
  return Number(/^connected_clients:(\d+)/m.exec(await redis.info('clients'))?.[1]);
}
