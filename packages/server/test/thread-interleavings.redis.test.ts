import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';
import { inject } from 'vitest';
import { testThreads, type TwoLogs } from './thread-scenarios.ts';

const on = (options: () => RedisEventLogOptions) => async (): Promise<TwoLogs> => {
  const keyPrefix = `${crypto.randomUUID()}:`;
  const open = () => openRedisEventLog({ ...options(), keyPrefix });
  const logs = [await open(), await open()] as const;
  return {
    logs,
    [Symbol.asyncDispose]: async () => {
      for (const log of logs) await log.close();
    },
  };
};

testThreads(
  'Redis',
  on(() => ({ url: inject('redisUrl') })),
  30,
);
testThreads(
  'Redis Cluster',
  on(() => ({ cluster: inject('redisClusterNodes') })),
  5,
);
