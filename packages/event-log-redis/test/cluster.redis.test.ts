import { openRedisEventLog } from '@runtape/event-log-redis';
import { type RedisCluster, startRedisCluster } from '@runtape/redis';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clientIds, clientsOf, rawClient } from './clients-of.ts';
import { completed, Listener, newWorkflow, readContents, Writer } from './workflows.ts';

const soon = { interval: 10 };

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster({ appendOnly: true });
});
afterAll(() => cluster.stop());

const open = (options: { keyPrefix?: string; timeoutMs?: number } = {}) =>
  openRedisEventLog({
    cluster: cluster.nodes.slice(0, 1),
    keyPrefix: `${crypto.randomUUID()}:`,
    ...options,
  });

/** Runs a function for every node. */
async function atNodes<T>(look: (raw: Redis) => Promise<T>): Promise<readonly T[]> {
  return await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      await using raw = rawClient(url);
      return await look(raw);
    }),
  );
}

async function keysAt(raw: Redis, prefix: string): Promise<string[]> {
  return (await raw.keys('*')).filter((key) => key.startsWith(prefix));
}

/** Returns the node that has the slot of a workflow. */
async function ownerOf(workflowId: string) {
  const slots = await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      await using raw = rawClient(url);
      return [await raw.cluster('KEYSLOT', `{${workflowId}}`), await raw.cluster('MYID')] as const;
    }),
  );
  const slot = Number(slots[0]?.[0]);
  // Each master has a third of the slots, in order.
  const index = cluster.nodes.findIndex((_, at) => slot < Math.floor((16_384 * (at + 1)) / 3));
  const node = cluster.nodes[index];
  const other = cluster.nodes[(index + 1) % cluster.nodes.length];
  if (node === undefined || other === undefined) throw new TypeError('The cluster has no nodes.');
  return { slot, node, other };
}

test('A2: all keys of a workflow are in one slot', async () => {
  await using log = await open({ keyPrefix: 'prefix:' });
  const writer = await Writer.start(log, { idempotencyKey: 'key {of} somebody' });
  const { workflowId, attempt } = writer;
  await log.command(workflowId, { type: 'pause' });
  const step = { step: 'one', result: 1 };
  await log.append(workflowId, { attempt, after: 0, events: [completed()], step });
  const found = (await atNodes((raw) => raw.keys(`*${workflowId}*`))).flat();
  const names = ['commands', 'history', 'metadata', 'steps'];
  expect(found.toSorted()).toEqual(names.map((name) => `prefix:workflow:{${workflowId}}:${name}`));
  await using raw = rawClient(cluster.nodes[0]?.url ?? '');
  const slots = [`prefix:workflow:{${workflowId}}`, ...found].map((key) =>
    raw.cluster('KEYSLOT', key),
  );
  expect(new Set(await Promise.all(slots)).size).toBe(1);
});

test('A12: a log has at most two connections to each node, regardless of the number of watchers', async () => {
  await using log = await open();
  const { signal } = new AbortController();
  for (let index = 0; index < 60; index += 1) {
    const { record } = await log.create(newWorkflow());
    await log.watch(record.workflowId, new Listener(), signal);
  }
  const two = { 'runtape-commands': 1, 'runtape-subscriber': 1 };
  expect(await atNodes(clientsOf)).toEqual([two, two, two]);
  await log.close();
  await vi.waitFor(async () => expect(await atNodes(clientsOf)).toEqual([{}, {}, {}]), soon);
});

test('C4: a start through one client wakes a thread of another, whichever nodes hold workflow, thread and index', async () => {
  const keyPrefix = `${crypto.randomUUID()}:`;
  await using here = await open({ keyPrefix });
  await using there = await open({ keyPrefix });
  const { signal } = new AbortController();
  for (let index = 0; index < 12; index += 1) {
    const threadId = `thread-${index}`;
    let found = 0;
    const look = async () => {
      found = (await there.thread(threadId, { after: 0, limit: 10 })).members.length;
    };
    await there.watchThread(threadId, () => void look(), signal);
    await here.create(newWorkflow({ threadId, owner: 'Ada' }));
    await vi.waitFor(() => expect(found).toBe(1), soon);
  }
  expect((await there.list({ limit: 20, owner: 'Ada' })).workflows).toHaveLength(12);
});

test('C8: a subscriber whose connection was cut is told to resync, and receives live entries again', async () => {
  await using log = await open();
  const { signal } = new AbortController();
  const writer = await Writer.start(log);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, signal);
  for (let round = 1; round <= 3; round += 1) {
    await atNodes(async (raw) => {
      for (const id of await clientIds(raw, 'runtape-subscriber')) {
        await raw.client('KILL', 'ID', id);
      }
    });
    await vi.waitFor(() => expect(listener.resyncs).toBe(round), soon);
    await writer.appendTokens(`after ${round}`);
    await vi.waitFor(() => expect(listener.texts.at(-1)).toBe(`after ${round}`), soon);
  }
});

test('F1, F8: a node is killed and recovers: overlapping appends keep their order, watchers receive entries again', async () => {
  await using log = await open();
  const writer = await Writer.start(log);
  const { node } = await ownerOf(writer.workflowId);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  const texts = Array.from({ length: 40 }, (_, index) => `${index}`);
  await writer.appendTokens(...texts.slice(0, 10));
  const appends = Promise.allSettled(texts.slice(10, 20).map((text) => writer.appendTokens(text)));
  await node.kill();
  const refused = (await appends).filter(({ status }) => status === 'rejected');
  for (const refusal of refused) expect(refusal).toMatchObject({ reason: { code: 'unavailable' } });
  await expect(log.get(writer.workflowId)).rejects.toMatchObject({ code: 'unavailable' });
  await node.restart();
  await cluster.ready();
  await vi.waitFor(() => writer.appendMissing(texts.slice(0, 20)), soon);
  await Promise.all(texts.slice(20).map((text) => writer.appendTokens(text)));
  expect(await readContents(log, writer.workflowId)).toEqual(texts);
  await vi.waitFor(() => expect(listener.resyncs).toBeGreaterThan(0), soon);
  await writer.appendTokens('live again');
  await vi.waitFor(() => expect(listener.texts.at(-1)).toBe('live again'), soon);
});

test('F1, F8: a workflow that moves to another node is still appended to, in order, and still watched', async () => {
  const keyPrefix = `${crypto.randomUUID()}:`;
  await using log = await open({ keyPrefix });
  // This client only watches: no reply of its own shows that the workflow has moved.
  await using watching = await open({ keyPrefix });
  const writer = await Writer.start(log);
  const { slot, node, other } = await ownerOf(writer.workflowId);
  const listener = new Listener();
  await watching.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('before');
  const appends: Promise<number>[] = [];
  const writing = setInterval(() => appends.push(writer.appendTokens(`${appends.length}`)), 1);
  try {
    await moveSlot(slot, node.url, other.url);
    await vi.waitFor(() => expect(listener.resyncs).toBeGreaterThan(0), soon);
  } finally {
    clearInterval(writing);
  }
  await Promise.all(appends);
  const texts = ['before', ...appends.map((_, index) => `${index}`), 'heard at the other node'];
  await writer.appendTokens('heard at the other node');
  await vi.waitFor(() => expect(listener.texts.at(-1)).toBe('heard at the other node'), soon);
  expect(await readContents(log, writer.workflowId)).toEqual(texts);
  await moveSlot(slot, other.url, node.url);
});

test('C8: a cluster with a password is used with it, and refused without it or with a wrong one', async () => {
  const setPassword = (password: string, current?: string) =>
    Promise.all(
      cluster.nodes.map(async ({ host, port }) => {
        const auth = current === undefined ? '' : `:${current}@`;
        await using raw = rawClient(`redis://${auth}${host}:${port}`);
        await raw.config('SET', 'requirepass', password);
      }),
    );
  const password = 'the-right-one';
  await setPassword(password);
  try {
    const { nodes } = cluster;
    for (const wrong of ['a-wrong-one', undefined]) {
      const refused = openRedisEventLog({ cluster: nodes, password: wrong });
      await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
      await expect(refused).rejects.toThrow(/password/);
      await expect(refused).rejects.not.toThrow(/a-wrong-one/);
    }
    await using log = await openRedisEventLog({ cluster: nodes, password });
    const writer = await Writer.start(log);
    const listener = new Listener();
    await log.watch(writer.workflowId, listener, new AbortController().signal);
    await writer.appendTokens('a');
    await vi.waitFor(() => expect(listener.texts).toEqual(['a']), soon);
  } finally {
    await setPassword('', password);
  }
});

/** Moves a slot with all its keys to another node, as `redis-cli --cluster reshard` does. */
async function moveSlot(slot: number, from: string, to: string): Promise<void> {
  await using source = rawClient(from);
  await using target = rawClient(to);
  const { hostname, port } = new URL(to);
  const [sourceId, targetId] = [await source.cluster('MYID'), await target.cluster('MYID')];
  await target.call('cluster', ['SETSLOT', slot, 'IMPORTING', sourceId]);
  await source.call('cluster', ['SETSLOT', slot, 'MIGRATING', targetId]);
  for (;;) {
    const keys = await source.call('cluster', ['GETKEYSINSLOT', slot, 100]);
    if (!Array.isArray(keys) || keys.length === 0) break;
    await source.call('migrate', [hostname, port, '', 0, 5000, 'KEYS', ...keys.map(String)]);
  }
  for (const { url } of cluster.nodes) {
    await using raw = rawClient(url);
    await raw.call('cluster', ['SETSLOT', slot, 'NODE', targetId]);
  }
}

test('F5: workflows that the node with the index has lost are found again, with their lists and keys', async () => {
  const keyPrefix = `[${crypto.randomUUID()}]*:`;
  await using log = await open({ keyPrefix });
  const threadId = 'thread';
  const started = newWorkflow({ idempotencyKey: 'key', threadId });
  const { record: open1 } = await log.create(started);
  const { record: plain } = await log.create(newWorkflow());
  const ended = await Writer.start(log);
  await ended.append(completed());
  expect((await log.orphaned({ limit: 10 })).workflows).toHaveLength(2);
  // It also has to finish searching for forgotten workflows, which takes a moment.
  const ofIndex = (raw: Redis): Promise<string[]> => keysAt(raw, `${keyPrefix}workflows:`);
  await vi.waitFor(async () => {
    const keys = (await atNodes(ofIndex)).flat();
    expect(keys.filter((key) => key.endsWith(':lives'))).toHaveLength(1);
  }, soon);
  await atNodes(async (raw) => {
    for (const key of await ofIndex(raw)) await raw.del(key);
  });
  expect(await log.list({ limit: 10 })).toMatchObject({ workflows: [] });
  // A fresh log does not remember that the nodes are the same as before.
  await using other = await open({ keyPrefix });
  await vi.waitFor(async () => {
    const { workflows: found } = await other.orphaned({ limit: 10 });
    expect(found.map(({ workflowId }) => workflowId).toSorted()).toEqual(
      [open1.workflowId, plain.workflowId].toSorted(),
    );
    expect((await other.list({ limit: 10 })).workflows).toHaveLength(3);
  }, soon);
  expect((await other.list({ limit: 10, threadId })).workflows).toEqual([open1]);
  await vi.waitFor(async () => {
    const again = await other.create({ ...started, workflowId: newWorkflow().workflowId });
    expect(again).toMatchObject({ created: false, record: { workflowId: open1.workflowId } });
  }, soon);
});

test('F5: a workflow that lost its end, while the node with the index still lists it as ended, is taken up again', async () => {
  const keyPrefix = `[${crypto.randomUUID()}]*:`;
  await using log = await open({ keyPrefix });
  const { record } = await log.create(newWorkflow());
  await log.orphaned({ limit: 10 });
  const ofIndex = (raw: Redis): Promise<string[]> => keysAt(raw, `${keyPrefix}workflows:`);
  await vi.waitFor(async () => {
    const keys = (await atNodes(ofIndex)).flat();
    expect(keys.some((key) => key.endsWith(':lives'))).toBe(true);
  }, soon);
  await atNodes(async (raw) => {
    for (const key of await ofIndex(raw)) {
      if (key.endsWith(':lives')) await raw.del(key);
      if (!key.endsWith(':open')) continue;
      await raw.del(key);
      await raw.zadd(key.replace(/:open$/, ':ended'), Date.now(), record.workflowId);
    }
  });
  await using other = await open({ keyPrefix });
  await vi.waitFor(async () => {
    const { workflows: found } = await other.orphaned({ limit: 10 });
    expect(found.map(({ workflowId }) => workflowId)).toEqual([record.workflowId]);
  }, soon);
});
