import { openRedisEventLog } from '@runtape/event-log-redis';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { testLargeWorkflows } from './large-workflows.ts';
import { createTestStore } from './stores.ts';

testLargeWorkflows('Redis', async () => {
  const keyPrefix = `${randomUUID()}:`;
  return createTestStore(() => openRedisEventLog({ url: inject('redisUrl'), keyPrefix }));
});
