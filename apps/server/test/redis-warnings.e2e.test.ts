import { startServerProcess } from '@runtape/e2e';
import { startRedis } from '@runtape/redis';
import { expect, test } from 'vitest';

test('F8: a Redis that evicts: the server starts, and says what may be lost and what to do', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  await using server = await startServerProcess({ REDIS_URL: redis.url, WORKERS: '0' });
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  expect(server.process.stderr).toContain('maxmemory-policy allkeys-lru');
  expect(server.process.stderr).toContain('Set maxmemory-policy to noeviction.');
});
