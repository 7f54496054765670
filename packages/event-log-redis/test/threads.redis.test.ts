import { openRedisEventLog } from '@runtape/event-log-redis';
import { expect, inject, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { monitorOf } from './monitor-of.ts';
import { newWorkflow } from './workflows.ts';

/** Opens a log with unique keys, and a client to inspect them. */
async function openBoth(keyPrefix = `${crypto.randomUUID()}:`) {
  const url = inject('redisUrl');
  const log = await openRedisEventLog({ url, keyPrefix });
  const raw = rawClient(url);
  const stack = new AsyncDisposableStack();
  stack.use(log);
  stack.use(raw);
  const index = (name: string) => `${keyPrefix}workflows:{index}:${name}`;
  const metadata = (id: string) => `${keyPrefix}workflow:{${id}}:metadata`;
  const dispose = () => stack.disposeAsync();
  return { log, raw, keyPrefix, index, metadata, [Symbol.asyncDispose]: dispose };
}

const THREAD = 'thread-1';
const OLD = Date.now() - 24 * 60 * 60 * 1000;

const join = async ({ log }: Awaited<ReturnType<typeof openBoth>>) =>
  await log.create(newWorkflow({ threadId: THREAD }));

test('C4: no reader passes a workflow that is still being created, so that it is not missed', async () => {
  await using store = await openBoth();
  const { log, raw, index, metadata } = store;
  const first = await join(store);
  const slow = await join(store);
  const last = await join(store);
  // The state between the index entry and the creation of its workflow.
  const name = metadata(slow.record.workflowId);
  const fields = await raw.hgetall(name);
  await raw.del(name);
  const early = await log.thread(THREAD, { after: 0, limit: 10 });
  expect(early.members.map(({ record }) => record)).toEqual([first.record, last.record]);
  const position = Number(await raw.zscore(index(`members:${THREAD}`), slow.record.workflowId));
  expect(early.lowWatermark).toBe(position - 1);
  await raw.hset(name, fields);
  const late = await log.thread(THREAD, { after: early.lowWatermark, limit: 10 });
  expect(late.members.map(({ record }) => record)).toEqual([slow.record, last.record]);
  expect(late.lowWatermark).toBe(late.members[1]?.position);
});

test('C4: a start that crashed halfway delays a thread only until no process can still finish it', async () => {
  await using store = await openBoth();
  const { log, raw, index, metadata } = store;
  const dead = await join(store);
  const { record } = await join(store);
  await raw.del(metadata(dead.record.workflowId));
  await raw.zadd(index('created'), OLD, dead.record.workflowId);
  const page = await log.thread(THREAD, { after: 0, limit: 10 });
  expect(page.members.map((member) => member.record)).toEqual([record]);
  expect(page.lowWatermark).toBe(page.members[0]?.position);
});

test('C4: positions increase even when the clock is set back', async () => {
  await using store = await openBoth();
  const { log, raw, index } = store;
  const inAnHour = Date.now() + 60 * 60 * 1000;
  await raw.set(index('last-place'), inAnHour);
  await join(store);
  await join(store);
  const { members } = await log.thread(THREAD, { after: 0, limit: 10 });
  expect(members.map(({ position }) => position)).toEqual([inAnHour + 1, inAnHour + 2]);
});

test('C4: a repeated start wakes the thread, in case the first died before doing so', async () => {
  await using store = await openBoth();
  await using other = await openBoth(store.keyPrefix);
  const workflow = newWorkflow({ threadId: THREAD, idempotencyKey: 'key' });
  await store.log.create(workflow);
  const wake = vi.fn<() => void>();
  await other.log.watchThread(THREAD, wake, new AbortController().signal);
  await store.log.create(workflow);
  await vi.waitFor(() => expect(wake).toHaveBeenCalled());
});

test('C4: a workflow that joins a thread is announced on thread:{threadId}', async () => {
  await using store = await openBoth();
  const listener = store.raw.duplicate();
  const heard: string[] = [];
  listener.on('smessage', (channel: string, message: string) => heard.push(channel, message));
  await listener.ssubscribe(`${store.keyPrefix}thread:{${THREAD}}`);
  const { record } = await join(store);
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  expect(heard).toEqual([`${store.keyPrefix}thread:{${THREAD}}`, record.workflowId]);
  listener.disconnect();
});

test('F8: workflows written by an older version are in their lists once the log is opened', async () => {
  await using store = await openBoth();
  const { raw, keyPrefix, index, metadata } = store;
  const [first, second] = [await join(store), await join(store)];
  const lone = await store.log.create(newWorkflow({ workflow: 'reviewIssue' }));
  const lists = ['lists', 'last-place', `thread:${THREAD}`, `members:${THREAD}`];
  const definitions = ['definition:commentOnIssue', 'definition:reviewIssue'];
  await raw.del(...[...lists, ...definitions].map(index));
  for (const { record } of [first, second, lone]) {
    await raw.hdel(metadata(record.workflowId), 'owner');
  }
  await using opened = await openBoth(keyPrefix);
  const { log } = opened;
  expect((await log.list({ limit: 10, threadId: THREAD })).workflows).toHaveLength(2);
  expect((await log.list({ limit: 10, workflow: 'reviewIssue' })).workflows).toEqual([lone.record]);
  const page = await log.thread(THREAD, { after: 0, limit: 10 });
  expect(page.members.map(({ record }) => record)).toEqual([first.record, second.record]);
  await join(opened);
  const late = await log.thread(THREAD, { after: page.lowWatermark, limit: 10 });
  expect(late.members).toHaveLength(1);
});

test('a list by thread, owner or definition reads only its own workflows', async () => {
  await using store = await openBoth();
  const { log, raw, keyPrefix } = store;
  await Promise.all(Array.from({ length: 30 }, () => log.create(newWorkflow())));
  const rare = { threadId: 'rare', owner: 'Ada', workflow: 'reviewIssue' };
  const { record } = await log.create(newWorkflow(rare));
  await using monitor = await monitorOf(raw);
  for (const query of [{ threadId: 'rare' }, { owner: 'Ada' }, { workflow: 'reviewIssue' }]) {
    const commands = await monitor.during(keyPrefix, async () => {
      expect((await log.list({ limit: 200, ...query })).workflows).toEqual([record]);
    });
    expect(commands.map(([name]) => name)).toEqual(['zrevrangebyscore', 'hmget']);
    expect(commands[1]).not.toContain('input');
  }
});
