import type { RedisOptions } from 'ioredis';

/** A subscriber does not queue: who wants a channel asks again when the connection is there. */
export const subscriberOptions = {
  connectionName: 'runtape-subscriber',
  enableOfflineQueue: false,
} satisfies RedisOptions;
