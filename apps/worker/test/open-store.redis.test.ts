import { newWorkflowId } from '@runtape/engine';
import { startRedis, startRedisCluster } from '@runtape/redis';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore, type StoreEnv } from '../src/open-store.ts';

const env = { RUNTAPE_DB: 'unused.db', RETENTION_DAYS: 7 } as const satisfies StoreEnv;

/** The number of connections of other clients. */
function otherConnections(url: string): () => Promise<number> {
  const client = new Redis(url);
  onTestFinished(() => client.disconnect());
  return async () =>
    String(await client.client('LIST'))
      .trim()
      .split('\n').length - 1;
}

test('A12: a process that serves and starts workflows has two connections to Redis, and none once its store is closed', async () => {
  await using redis = await startRedis();
  const others = otherConnections(redis.url);
  const store = await openStore({ ...env, REDIS_URL: redis.url }, () => {});
  await store.queue.enqueue(newWorkflowId());
  // The connection that checked permissions may still be closing.
  await vi.waitFor(async () => expect(await others()).toBe(2));
  await store[Symbol.asyncDispose]();
  await vi.waitFor(async () => expect(await others()).toBe(0));
});

test('F5: the queue and the log of one process both continue when Redis has recovered', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using store = await openStore({ ...env, REDIS_URL: redis.url }, () => {});
  const handled: string[] = [];
  store.queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  await redis.kill();
  await expect(store.queue.enqueue(newWorkflowId())).rejects.toThrow(Error);
  await redis.restart();
  const workflowId = newWorkflowId();
  await vi.waitFor(() => store.queue.enqueue(workflowId));
  await vi.waitFor(() => expect(handled).toContain(workflowId));
  expect(await store.log.get(workflowId)).toBeNull();
});

test('F8: the queue and the log of one process share their connections to a cluster', async () => {
  await using cluster = await startRedisCluster({ masters: 3 });
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }));
  const store = await openStore({ ...env, REDIS_CLUSTER_NODES: nodes }, () => {});
  const handled: string[] = [];
  store.queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const workflowId = newWorkflowId();
  await store.queue.enqueue(workflowId);
  await vi.waitFor(() => expect(handled).toEqual([workflowId]));
  await store[Symbol.asyncDispose]();
});
