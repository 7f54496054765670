import { openRedisEventLog } from '@runtape/event-log-redis';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { testLargeWorkflows } from './large-workflows.ts';
import { storeOf } from './stores.ts';

testLargeWorkflows('Redis', async () => {
  const keyPrefix = `${randomUUID()}:`;
  return storeOf(() => openRedisEventLog({ url: inject('redisUrl'), keyPrefix }));
});
