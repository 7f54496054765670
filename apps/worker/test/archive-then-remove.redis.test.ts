import { randomUUID } from 'node:crypto';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { inject } from 'vitest';
import { testArchiving } from './archiving-scenarios.ts';

const keyPrefix = () => `${randomUUID()}:`;

testArchiving('Redis', () =>
  openRedisEventLog({ url: inject('redisUrl'), keyPrefix: keyPrefix() }),
);
testArchiving('Redis Cluster', () =>
  openRedisEventLog({ cluster: inject('redisClusterNodes'), keyPrefix: keyPrefix() }),
);
