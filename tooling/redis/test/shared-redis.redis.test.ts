import { Cluster, Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';

test('the shared Redis is reachable', async () => {
  const redis = new Redis(inject('redisUrl'));
  try {
    expect(await redis.ping()).toBe('PONG');
  } finally {
    redis.disconnect();
  }
});

test('the shared cluster accepts keys of every node', async () => {
  const nodes = inject('redisClusterNodes');
  const cluster = new Cluster(nodes);
  try {
    for (let index = 0; index < 50; index += 1) {
      expect(await cluster.set(`shared-redis-test:${index}`, index, 'EX', 60)).toBe('OK');
    }
    expect(cluster.nodes('master')).toHaveLength(3);
  } finally {
    cluster.disconnect();
  }
});
