import type { NewWorkflow } from '@runtape/event-log';
import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';
import type { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { completed, newWorkflow, Writer } from './workflows.ts';

const IN_A_YEAR = Date.now() + 365 * 24 * 60 * 60 * 1000;

async function openBoth(options: RedisEventLogOptions = {}) {
  const url = inject('redisUrl');
  const keyPrefix = `${crypto.randomUUID()}:`;
  const log = await openRedisEventLog({ url, keyPrefix, ...options });
  const raw = rawClient(url);
  const stack = new AsyncDisposableStack();
  stack.use(log);
  stack.use(raw);
  return { log, raw, keyPrefix, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Creates an ended workflow with data of every kind. */
async function endedWorkflow(
  { log }: Awaited<ReturnType<typeof openBoth>>,
  differing: Partial<NewWorkflow> = {},
): Promise<Writer> {
  const writer = await Writer.start(log, { idempotencyKey: crypto.randomUUID(), ...differing });
  const { workflowId, attempt } = writer;
  await writer.appendTokens('a');
  await log.command(workflowId, { type: 'pause' });
  const step = { step: 'one', result: 1 };
  await log.append(workflowId, { attempt, after: 1, events: [completed()], step });
  return writer;
}

const ttls = async (raw: Redis, names: readonly string[]) =>
  await Promise.all(names.map((name) => raw.pttl(name)));

test('A4: Redis itself removes ended workflows after the configured time, and keeps running ones forever', async () => {
  await using store = await openBoth({ keepEndedForMs: 60_000 });
  const { log, raw, keyPrefix } = store;
  const running = await Writer.start(log, { idempotencyKey: 'running' });
  await running.appendTokens('a');
  const of = (writer: Writer) => raw.keys(`${keyPrefix}workflow:{${writer.workflowId}}*`);
  const claims = () => raw.keys(`${keyPrefix}workflows:key:*`);
  expect(await ttls(raw, [...(await of(running)), ...(await claims())])).toEqual([-1, -1, -1]);
  const ended = await endedWorkflow(store);
  const names = await of(ended);
  expect(names).toHaveLength(4);
  for (const ttl of await ttls(raw, names)) {
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
  }
  expect((await ttls(raw, await claims())).filter((ttl) => ttl > 50_000)).toHaveLength(1);
  expect(await ttls(raw, await of(running))).toEqual([-1, -1]);
});

test('A4: without a configured time nothing is removed automatically', async () => {
  await using store = await openBoth();
  await endedWorkflow(store);
  const names = await store.raw.keys(`${store.keyPrefix}*`);
  expect(names).toHaveLength(9);
  expect(new Set(await ttls(store.raw, names))).toEqual(new Set([-1]));
});

test('A13: workflows that Redis removed are gone from every list', async () => {
  await using store = await openBoth({ keepEndedForMs: 50 });
  const { log, raw, keyPrefix } = store;
  const { workflowId } = await endedWorkflow(store);
  await vi.waitFor(async () => expect(await log.get(workflowId)).toBeNull(), { interval: 5 });
  expect(await log.list({ limit: 10 })).toEqual({ workflows: [], next: null });
  expect((await log.orphaned({ limit: 10 })).workflows).toEqual([]);
  // Young entries stay, because their workflows may be about to be created.
  const old = Date.now() - 24 * 60 * 60 * 1000;
  await raw.zadd(`${keyPrefix}workflows:{index}:created`, old, workflowId);
  expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 10 })).toEqual([]);
  await vi.waitFor(async () => expect(await raw.keys(`${keyPrefix}*`)).toEqual([]));
});

test('A13: an expired workflow leaves no key, and another workflow is complete', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const ended = [await endedWorkflow(store), await endedWorkflow(store)];
  expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 10 })).toEqual(
    ended.map(({ workflowId }) => workflowId),
  );
  expect(await raw.keys(`${keyPrefix}*`)).toEqual([]);
  const next = await endedWorkflow(store);
  await log.create(newWorkflow());
  expect(await log.expire({ endedBefore: 1, limit: 10 })).toEqual([]);
  expect(await log.get(next.workflowId)).not.toBeNull();
});

test('A13: the lists of a thread and an owner are removed when their last workflow has expired', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  const lists = ['definition:commentOnIssue', 'owner:Ada', 'thread:one', 'members:one'];
  const names = lists.map((name) => `${keyPrefix}workflows:{index}:${name}`);
  const first = await endedWorkflow(store, { threadId: 'one', owner: 'Ada' });
  const { endedAt } = (await log.get(first.workflowId)) ?? {};
  const second = await endedWorkflow(store, { threadId: 'one', owner: 'Ada' });
  expect(await log.expire({ endedBefore: (endedAt ?? 0) + 1, limit: 1 })).toHaveLength(1);
  for (const name of names) expect(await raw.zrange(name, 0, '-1')).toEqual([second.workflowId]);
  expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 10 })).toHaveLength(1);
  // Positions are never reused.
  expect(await raw.keys(`${keyPrefix}*`)).toEqual([`${keyPrefix}workflows:{index}:last-place`]);
});

test('A13: a workflow that Redis removed is gone from its thread, too, once the index is swept', async () => {
  await using store = await openBoth({ keepEndedForMs: 50 });
  const { log, raw, keyPrefix } = store;
  const { workflowId } = await endedWorkflow(store, { threadId: 'one', owner: 'Ada' });
  await vi.waitFor(async () => expect(await log.get(workflowId)).toBeNull(), { interval: 5 });
  const old = Date.now() - 24 * 60 * 60 * 1000;
  await raw.zadd(`${keyPrefix}workflows:{index}:created`, old, workflowId);
  await log.expire({ endedBefore: IN_A_YEAR, limit: 10 });
  await vi.waitFor(async () =>
    expect(await raw.keys(`${keyPrefix}*`)).toEqual([`${keyPrefix}workflows:{index}:last-place`]),
  );
});

test('A4: two concurrent expiries remove each workflow once', async () => {
  await using store = await openBoth();
  await using second = await openRedisEventLog({
    url: inject('redisUrl'),
    keyPrefix: store.keyPrefix,
  });
  for (let index = 0; index < 20; index += 1) await endedWorkflow(store);
  const gone = await Promise.all(
    [store.log, second].map((log) => log.expire({ endedBefore: IN_A_YEAR, limit: 100 })),
  );
  expect(gone.flat()).toHaveLength(20);
  expect(new Set(gone.flat()).size).toBe(20);
  expect(await store.raw.keys(`${store.keyPrefix}*`)).toEqual([]);
});
