import { Cluster, Redis } from 'ioredis';

/** Where Redis is: a URL, or some nodes of a cluster. */
export interface RedisAddress {
  /** Such as `redis://127.0.0.1:6379`, with a password if it needs one. */
  readonly url?: string | undefined;
  readonly cluster?: readonly { readonly host: string; readonly port: number }[] | undefined;
}

/** BullMQ blocks on a connection for as long as it takes, so no command may be given up by the client. */
const redisOptions = { maxRetriesPerRequest: null };

/**
 * Makes a client; it connects by itself, and again after every break.
 * @throws TypeError when the address names neither.
 */
export function connectRedis({ url, cluster }: RedisAddress): Redis | Cluster {
  if (cluster !== undefined) return new Cluster([...cluster], { redisOptions });
  if (url === undefined) throw new TypeError('Give the url of a Redis, or the nodes of a cluster.');
  return new Redis(url, redisOptions);
}
