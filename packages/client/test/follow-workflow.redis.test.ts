import { openRedisEventLog } from '@runtape/event-log-redis';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { testFollowing } from './follow-scenarios.ts';
import { createTestStore } from './stores.ts';

testFollowing('Redis', async () => {
  const keyPrefix = `${randomUUID()}:`;
  return createTestStore(() => openRedisEventLog({ url: inject('redisUrl'), keyPrefix }));
});

testFollowing('Redis Cluster', async () => {
  const keyPrefix = `${randomUUID()}:`;
  return createTestStore(() =>
    openRedisEventLog({ cluster: inject('redisClusterNodes'), keyPrefix }),
  );
});
