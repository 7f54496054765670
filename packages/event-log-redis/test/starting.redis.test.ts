import { openRedisEventLog } from '@runtape/event-log-redis';
import { expect, inject, test } from 'vitest';
import { rawClient } from './clients-of.ts';
import { newWorkflow, Writer } from './workflows.ts';

/** Opens a log with unique keys, and a client to inspect them. */
async function openBoth(keyPrefix = `${crypto.randomUUID()}:`) {
  const url = inject('redisUrl');
  const log = await openRedisEventLog({ url, keyPrefix });
  const raw = rawClient(url);
  const stack = new AsyncDisposableStack();
  stack.use(log);
  stack.use(raw);
  return { log, raw, keyPrefix, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const OLD = Date.now() - 24 * 60 * 60 * 1000;

test('F5: however many servers start concurrently with one key, there is one workflow', async () => {
  await using here = await openBoth();
  await using there = await openBoth(here.keyPrefix);
  for (let round = 0; round < 20; round += 1) {
    const idempotencyKey = `round ${round}`;
    const started = await Promise.all(
      [here, there, here, there].map(({ log }) => log.create(newWorkflow({ idempotencyKey }))),
    );
    expect(new Set(started.map(({ record }) => record.workflowId)).size).toBe(1);
    expect(started.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(started.map(({ record }) => record.incarnation)).size).toBe(1);
  }
  expect((await here.log.list({ limit: 100 })).workflows).toHaveLength(20);
});

test('F5: a start that crashed after it claimed its key loses nothing: the next start with that key completes it', async () => {
  await using store = await openBoth();
  const workflow = newWorkflow({ idempotencyKey: 'key' });
  await store.log.create(workflow);
  // As if the server had died before it created the workflow.
  await store.raw.del(`${store.keyPrefix}workflow:{${workflow.workflowId}}:metadata`);
  const { record, created } = await store.log.create(newWorkflow({ idempotencyKey: 'key' }));
  expect(created).toBe(true);
  expect(record.workflowId).toBe(workflow.workflowId);
  const { workflows } = await store.log.list({ limit: 10 });
  expect(workflows).toEqual([record]);
  expect((await store.log.orphaned({ limit: 10 })).workflows).toEqual([record]);
});

test('F5: a start that crashed long ago is completed, too, and listed by its new time', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const workflow = newWorkflow({ idempotencyKey: 'key' });
  await log.create(workflow);
  await raw.del(`${keyPrefix}workflow:{${workflow.workflowId}}:metadata`);
  for (const name of ['created', 'open']) {
    await raw.zadd(`${keyPrefix}workflows:{index}:${name}`, OLD, workflow.workflowId);
  }
  const { record, created } = await log.create(newWorkflow({ idempotencyKey: 'key' }));
  expect(created).toBe(true);
  expect(record.createdAt).toBeGreaterThan(OLD);
  const { workflows } = await log.list({ limit: 10 });
  expect(workflows).toEqual([record]);
});

test('F5: a key left behind by a refused start can be used', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const taken = await log.create(newWorkflow({ idempotencyKey: 'one' }));
  const [claim = ''] = await raw.keys(`${keyPrefix}workflows:key:*`);
  const other = await log.create(newWorkflow({ idempotencyKey: 'two' }));
  // As if the start with key "one" had been refused for a taken id, and had died before it released
  // the key.
  await raw.set(claim, other.record.workflowId);
  const { record, created } = await log.create(newWorkflow({ idempotencyKey: 'one' }));
  expect(created).toBe(true);
  expect(record.workflowId).not.toBe(taken.record.workflowId);
  expect(await raw.get(claim)).toBe(record.workflowId);
});

test('an index entry without a workflow is skipped, and removed once no start can still create it', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const { record } = await log.create(newWorkflow());
  const [young, old] = [newWorkflow().workflowId, newWorkflow().workflowId];
  const index = (name: string) => `${keyPrefix}workflows:{index}:${name}`;
  for (const name of ['created', 'open']) {
    await raw.zadd(index(name), Date.now(), young, OLD, old);
  }
  expect((await log.list({ limit: 10 })).workflows).toEqual([record]);
  expect((await log.orphaned({ limit: 10 })).workflows).toEqual([record]);
  for (const name of ['created', 'open']) {
    expect((await raw.zrange(index(name), 0, '-1')).toSorted()).toEqual(
      [young, record.workflowId].toSorted(),
    );
  }
});

test('pages of a list continue past entries without a workflow', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const orphans = Array.from({ length: 30 }, () => newWorkflow().workflowId);
  const { record: first } = await log.create(newWorkflow());
  await raw.zadd(
    `${keyPrefix}workflows:{index}:created`,
    ...orphans.flatMap((orphan) => [Date.now(), orphan]),
  );
  const page = await log.list({ limit: 1 });
  expect(page).toEqual({ workflows: [first], next: null });
});

test('F5: a workflow whose end did not reach the index is not picked up, and the index is corrected', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const writer = await Writer.start(log);
  const metadata = `${keyPrefix}workflow:{${writer.workflowId}}:metadata`;
  const endedAt = Date.now();
  await raw.hset(metadata, { status: 'completed', endedAt });
  await raw.hdel(metadata, 'leaseUntil');
  expect(await log.expire({ endedBefore: endedAt + 1, limit: 10 })).toEqual([]);
  // The lease of the ended attempt has expired.
  await raw.zadd(`${keyPrefix}workflows:{index}:due`, 1, writer.workflowId);
  expect((await log.orphaned({ limit: 10 })).workflows).toEqual([]);
  expect(await log.expire({ endedBefore: endedAt + 1, limit: 10 })).toEqual([writer.workflowId]);
});

test('F5: leases are measured by the clock of Redis, not by the clock of a worker', async () => {
  await using store = await openBoth();
  const { log, raw } = store;
  const { record } = await log.create(newWorkflow());
  const [seconds] = await raw.time();
  const { record: begun } = await log.begin(record.workflowId, { leaseMs: 60_000 });
  expect(begun.leaseUntil).toBeGreaterThanOrEqual(Number(seconds) * 1000 + 60_000);
  expect(begun.leaseUntil).toBeLessThan(Number(seconds) * 1000 + 70_000);
});
