import { existsSync } from 'node:fs';
import { startRedisCluster } from '@runtape/redis';
import { Cluster, Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';

async function withCluster(
  nodes: readonly { host: string; port: number }[],
  use: (client: Cluster) => Promise<void>,
): Promise<void> {
  const client = new Cluster([...nodes]);
  try {
    await use(client);
  } finally {
    client.disconnect();
  }
}

test('every node of a new cluster knows the others and answers for all slots', async () => {
  const cluster = await startRedisCluster();
  try {
    for (const { url } of cluster.nodes) {
      const redis = new Redis(url);
      try {
        const info = await redis.cluster('INFO');
        expect(info).toContain('cluster_state:ok');
        expect(info).toContain('cluster_slots_ok:16384');
        expect(info).toContain('cluster_known_nodes:3');
      } finally {
        redis.disconnect();
      }
    }
  } finally {
    await cluster.stop();
  }
  expect(cluster.nodes.map(({ dir }) => existsSync(dir))).toEqual([false, false, false]);
});

test('a killed node rejoins its cluster with its data', async () => {
  await using cluster = await startRedisCluster({ appendOnly: true });
  const keys = Array.from({ length: 60 }, (_, index) => `key:${index}`);
  await withCluster(cluster.nodes, async (client) => {
    for (const key of keys) await client.set(key, key);
  });
  const [node] = cluster.nodes;
  await node?.kill();
  await expect(cluster.ready()).rejects.toMatchObject({ code: 'cluster_failed' });
  await node?.restart();
  await cluster.ready();
  await withCluster(cluster.nodes, async (client) => {
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
  });
});

test('sharded pub/sub reaches the subscriber from and on every shard', async () => {
  const nodes = inject('redisClusterNodes');
  const subscriber = new Cluster(nodes, { shardedSubscribers: true });
  const publisher = new Cluster(nodes);
  try {
    const channels = Array.from({ length: 30 }, (_, index) => `shard-test:{${index}}`);
    const received = new Set<string>();
    const { promise: all, resolve } = Promise.withResolvers<void>();
    subscriber.on('smessage', (channel: string, message: string) => {
      received.add(`${channel}=${message}`);
      if (received.size === channels.length) resolve();
    });
    for (const channel of channels) await subscriber.ssubscribe(channel);
    for (const channel of channels) await publisher.spublish(channel, 'hello');
    await all;
    expect([...received].toSorted()).toEqual(channels.map((name) => `${name}=hello`).toSorted());
  } finally {
    subscriber.disconnect();
    publisher.disconnect();
  }
});
