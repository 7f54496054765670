import { startRedis, startRedisCluster, startSentinel } from '@runtape/redis';
import { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';
import { bullmqNeeds, createBullmqQueue } from '../src/bullmq/index.ts';
import { newWorkflowId, type WorkflowQueue } from '../src/index.ts';
import { type QueueStore, testQueue } from './queue-conformance.ts';

const errors: unknown[] = [];
const onError = (error: unknown): void => void errors.push(error);
const newPrefix = (): string => `engine-test-${crypto.randomUUID()}`;

const stored = (queue: WorkflowQueue): QueueStore => ({
  queue,
  [Symbol.asyncDispose]: () => queue.close(),
});

testQueue({
  name: 'BullMQ on Redis',
  open: async () =>
    stored(createBullmqQueue({ url: inject('redisUrl'), prefix: newPrefix(), onError })),
});

testQueue({
  name: 'BullMQ on a Redis Cluster',
  open: async () =>
    stored(
      createBullmqQueue({ cluster: inject('redisClusterNodes'), prefix: newPrefix(), onError }),
    ),
});

testQueue({
  name: 'BullMQ on Redis, with a given client',
  open: async () => {
    const url = inject('redisUrl');
    const client = new Redis(url, { maxRetriesPerRequest: 0 });
    const queue = createBullmqQueue({ url, client, prefix: newPrefix(), onError });
    return {
      queue,
      [Symbol.asyncDispose]: async () => {
        await queue.close();
        // The client still exists, and only the test ends it.
        await client.quit();
      },
    };
  },
});

const prefixed = `engine-test-${crypto.randomUUID()}`;
testQueue({
  name: 'BullMQ on Redis, with a user that has only the required rights',
  open: async () => {
    const url = new URL(inject('redisUrl'));
    const { commands } = bullmqNeeds();
    await using admin = await connect(url.href);
    const rights = ['info', 'evalsha', ...commands.map(([name = '']) => name)].map(
      (name) => `+${name}`,
    );
    await admin.ask('ACL', 'SETUSER', prefixed, 'reset', 'on', '>secret', '~*', ...rights);
    url.username = prefixed;
    url.password = 'secret';
    return stored(createBullmqQueue({ url: url.href, prefix: newPrefix(), onError }));
  },
});

test('F8: a queue on the master that Sentinels name continues on the next master', async () => {
  await using master = await startRedis({ password: 'secret' });
  const { host, port } = master;
  await using replica = await startRedis({
    password: 'secret',
    args: ['--replicaof', `${host} ${port}`],
  });
  await using sentinel = await startSentinel({ master, masterPassword: 'secret' });
  await using admin = await connect(`redis://${sentinel.host}:${sentinel.port}`);
  await vi.waitFor(async () =>
    expect(String(await admin.ask('SENTINEL', 'REPLICAS', 'main'))).toMatch(
      new RegExp(`${replica.port}.*master-link-status,ok`),
    ),
  );
  const queue = createBullmqQueue({
    sentinels: [sentinel],
    masterName: 'main',
    password: 'secret',
    prefix: newPrefix(),
    onError,
  });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const [before, after] = [newWorkflowId(), newWorkflowId()];
  await queue.enqueue(before);
  await vi.waitFor(() => expect(handled).toEqual([before]));
  await master.kill();
  await vi.waitFor(() => queue.enqueue(after));
  await vi.waitFor(() => expect(handled).toContain(after));
  await queue.close();
});

test('F8: a queue on a single-node cluster that does not know its own address enqueues and delivers', async () => {
  await using cluster = await startRedisCluster({ masters: 1, password: 'secret' });
  const address = { cluster: cluster.nodes, password: 'secret' };
  const queue = createBullmqQueue({ ...address, prefix: newPrefix(), onError });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const workflowId = newWorkflowId();
  await queue.enqueue(workflowId);
  await vi.waitFor(() => expect(handled).toEqual([workflowId]));
  await queue.close();
});

test('F8: a queue needs an address', () => {
  expect(() => createBullmqQueue({})).toThrow(TypeError);
});

test('A12: A13: a queue with a consumer has three connections, and none once it is closed', async () => {
  await using redis = await startRedis();
  await using admin = await connect(redis.url);
  const queue = createBullmqQueue({ url: redis.url, prefix: newPrefix() });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 3 });
  const workflowId = newWorkflowId();
  await queue.enqueue(workflowId);
  await vi.waitFor(() => expect(handled).toEqual([workflowId]));
  expect(await admin.others()).toBe(3);
  await queue.close();
  await vi.waitFor(async () => expect(await admin.others()).toBe(0));
});

test('A12: a queue on a given client opens no further connection, and leaves the client open', async () => {
  await using redis = await startRedis();
  await using admin = await connect(redis.url);
  const client = new Redis(redis.url);
  const queue = createBullmqQueue({ url: redis.url, client, prefix: newPrefix() });
  await queue.enqueue(newWorkflowId());
  expect(await admin.others()).toBe(1);
  await queue.close();
  expect(await client.ping()).toBe('PONG');
  expect(listenersOf(client)).toEqual(listenersOf(new Redis({ lazyConnect: true })));
  client.disconnect();
});

function listenersOf(client: Redis): Readonly<Record<string, number>> {
  const names = ['error', 'close', 'ready', 'end'];
  return Object.fromEntries(names.map((name) => [name, client.listenerCount(name)]));
}

test('F5: a queue on a given client reports when Redis is unavailable, continues when it recovers, and can be closed meanwhile', async () => {
  await using redis = await startRedis({ appendOnly: true });
  const client = new Redis(redis.url, { maxRetriesPerRequest: 0 });
  const heard: unknown[] = [];
  const queue = createBullmqQueue({
    url: redis.url,
    client,
    prefix: newPrefix(),
    onError: (error) => heard.push(error),
  });
  await queue.enqueue(newWorkflowId());
  await redis.kill();
  await vi.waitFor(() => expect(client.status).not.toBe('ready'));
  await expect(queue.enqueue(newWorkflowId())).rejects.toThrow(Error);
  await redis.restart();
  await vi.waitFor(() => queue.enqueue(newWorkflowId()));
  await redis.kill();
  await vi.waitFor(() => expect(client.status).not.toBe('ready'));
  await queue.close();
  // At most one report for each of the two outages, however often connecting failed.
  expect(heard.length).toBeLessThanOrEqual(2);
  client.disconnect();
});

test('A13: nothing is left in Redis of handled workflows', async () => {
  await using redis = await startRedis();
  await using admin = await connect(redis.url);
  const queue = createBullmqQueue({ url: redis.url, prefix: 'left' });
  let handled = 0;
  const handler = async (): Promise<void> => {
    handled += 1;
    if (handled === 2) throw new Error('a handler that breaks its promise');
  };
  queue.consume(handler, { concurrency: 1 });
  for (let n = 0; n < 3; n += 1)
    await queue.enqueue(newWorkflowId(), n === 0 ? {} : { delayMs: 1 });
  await vi.waitFor(() => expect(handled).toBe(3));
  await queue.close();
  expect((await admin.keys()).filter((key) => key.includes('wf_'))).toEqual([]);
});

test('F5: an enqueue reports once that Redis is unavailable, and closing does not wait for it', async () => {
  await using redis = await startRedis();
  const heard: unknown[] = [];
  const queue = createBullmqQueue({
    url: redis.url,
    prefix: newPrefix(),
    onError: (error) => heard.push(error),
  });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  await queue.enqueue(newWorkflowId());
  await vi.waitFor(() => expect(handled.length).toBe(1));
  await redis.kill();
  await expect(queue.enqueue(newWorkflowId())).rejects.toThrow('did not answer');
  await queue.close();
  // One report for each of three broken connections, however often connecting failed. Two of them
  // share theirs, unless the blocking one breaks slightly earlier.
  expect([2, 3]).toContain(heard.length);
});

/** The number of timers that would keep this process alive. */
const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
/**
 * Each of the two clients may still request its slots from a node of the cluster, which it gives up
 * within seconds.
 */
const ENDING = 2;

test('F5: a frozen cluster cannot block a close forever, and BullMQ has no timer left then', async () => {
  await using cluster = await startRedisCluster({ masters: 3 });
  const before = timers();
  const queue = createBullmqQueue({ cluster: cluster.nodes, prefix: newPrefix() });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  await queue.enqueue(newWorkflowId());
  await vi.waitFor(() => expect(handled.length).toBe(1));
  for (const { pid } of cluster.nodes) process.kill(pid, 'SIGSTOP');
  try {
    await queue.close();
    expect(timers()).toBeLessThanOrEqual(before + ENDING);
  } finally {
    for (const { pid } of cluster.nodes) process.kill(pid, 'SIGCONT');
  }
});

test('F5: a frozen Redis blocks neither an enqueue nor a close forever', async () => {
  await using redis = await startRedis();
  const queue = createBullmqQueue({ url: redis.url, prefix: newPrefix() });
  const handled: string[] = [];
  queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  await queue.enqueue(newWorkflowId());
  await vi.waitFor(() => expect(handled.length).toBe(1));
  process.kill(redis.pid, 'SIGSTOP');
  try {
    await expect(queue.enqueue(newWorkflowId())).rejects.toThrow('did not answer');
    await queue.close();
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
});

test('F5: consumers continue when Redis recovers', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using queue = stored(createBullmqQueue({ url: redis.url, prefix: newPrefix() }));
  const handled: string[] = [];
  queue.queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const [before, after] = [newWorkflowId(), newWorkflowId()];
  await queue.queue.enqueue(before);
  await vi.waitFor(() => expect(handled).toEqual([before]));
  await redis.kill();
  await redis.restart();
  await vi.waitFor(() => queue.queue.enqueue(after));
  await vi.waitFor(() => expect(handled).toContain(after));
});

test('F8: for a Redis that evicts the log warns in our own words, and BullMQ does not warn three more times', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  await using queue = stored(createBullmqQueue({ url: redis.url, prefix: newPrefix() }));
  const handled: string[] = [];
  queue.queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const workflowId = newWorkflowId();
  await queue.queue.enqueue(workflowId);
  await vi.waitFor(() => expect(handled).toEqual([workflowId]));
  expect(warned.mock.calls).toEqual([]);
  warned.mockRestore();
});

test('C1: a delayed job is due to the millisecond, not to the second', async () => {
  await using redis = await startRedis();
  await using admin = await connect(redis.url);
  await using queue = stored(createBullmqQueue({ url: redis.url, prefix: newPrefix() }));
  const handled: string[] = [];
  queue.queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
  const [first, later] = [newWorkflowId(), newWorkflowId()];
  await queue.queue.enqueue(first);
  await vi.waitFor(() => expect(handled).toEqual([first]));
  const waits = await admin.waits();
  await queue.queue.enqueue(later, { delayMs: 4500 });
  await vi.waitFor(() => expect(handled).toEqual([first, later]));
  expect(waits.some((seconds) => seconds > 0 && !Number.isInteger(seconds))).toBe(true);
});

interface Admin extends AsyncDisposable {
  /** The number of connections besides its own. */
  others(): Promise<number>;
  ask(name: string, ...words: readonly string[]): Promise<unknown>;
  keys(): Promise<string[]>;
  /**
   * The block times of the other clients' commands from now on, in seconds; more are added as they
   * arrive.
   */
  waits(): Promise<readonly number[]>;
}

async function connect(url: string): Promise<Admin> {
  const client = new Redis(url);
  await client.ping();
  let monitor: Redis | undefined;
  return {
    others: async () => {
      const list = String(await client.client('LIST'));
      return list.trim().split('\n').length - 1;
    },
    keys: () => client.keys('*'),
    ask: (name, ...words) => client.call(name, ...words),
    waits: async () => {
      const waits: number[] = [];
      monitor = await client.monitor();
      monitor.on('monitor', (_time: string, command: readonly string[]) => {
        if (command[0]?.toLowerCase() === 'bzpopmin') waits.push(Number(command.at(-1)));
      });
      return waits;
    },
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      monitor?.disconnect();
    },
  };
}
