import type { RedisAddress } from '@runtape/event-log-redis';
import { RuntapeError } from './errors.ts';
import type { OpenStore } from './store/store.ts';

export type { RedisAddress, RedisNode, RedisTls } from '@runtape/event-log-redis';

export interface RedisStoreOptions extends RedisAddress {
  /** The prefix of all keys, so that several apps can share a Redis. Default: none. */
  readonly keyPrefix?: string | undefined;
  /**
   * Redis removes an ended workflow by itself after this time, in ms. A safety net: set it some
   * days above the days of `retention`. Default: never.
   */
  readonly keepEndedForMs?: number | undefined;
}

/**
 * A store in Redis (7.0 or later), a Redis Cluster, or the master of Sentinels, for any number of
 * servers and workers. Needs the packages `ioredis` and `bullmq`.
 * @returns the store for `createRuntape`. Opening it throws RuntapeError `redis_not_installed`;
 *   EventLogError `unavailable`, `unsupported_store`.
 */
export function redisStore(options: RedisStoreOptions = {}): OpenStore {
  return async ({ onError, onWarning }) => {
    const { openRedisEventLog, createBullmqQueue, bullmqNeeds } = await importRedis();
    const prefix = `${options.keyPrefix ?? ''}runtape`;
    const log = await openRedisEventLog({
      ...options,
      alsoNeeds: [bullmqNeeds({ prefix })],
      onWarning,
    });
    const { keyPrefix: _keyPrefix, keepEndedForMs: _keepEndedForMs, ...address } = options;
    // Closed before the log, whose connection it shares.
    const queue = createBullmqQueue({ ...address, prefix, client: log.client, onError });
    return {
      log,
      queue,
      loopGuard: { openLog: logModule(), data: options },
      close: async () => {
        await queue.close();
        await log.close();
      },
    };
  };
}

async function importRedis() {
  try {
    const { openRedisEventLog } = await import('@runtape/event-log-redis');
    const { bullmqNeeds, createBullmqQueue } = await import('@runtape/engine/bullmq');
    return { openRedisEventLog, bullmqNeeds, createBullmqQueue };
  } catch (cause) {
    throw new RuntapeError(
      'redis_not_installed',
      'A store in Redis needs two more packages. Install them: npm install ioredis bullmq',
      { cause },
    );
  }
}

/** TypeScript source in development, JavaScript when built. */
function logModule(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./store/open-redis-log.ts', import.meta.url)
    : new URL('./store/open-redis-log.js', import.meta.url);
}
