import { openRedisEventLog } from '@runtape/event-log-redis';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { testProductionFailures } from './production-failures.ts';
import { createTestStore } from './stores.ts';

testProductionFailures('Redis', async () => {
  const keyPrefix = `${randomUUID()}:`;
  return createTestStore(() => openRedisEventLog({ url: inject('redisUrl'), keyPrefix }));
});
