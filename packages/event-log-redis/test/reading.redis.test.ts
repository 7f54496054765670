import { openRedisEventLog } from '@runtape/event-log-redis';
import { STORED_VERSION } from '@runtape/events';
import { expect, inject, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { Listener, readContents, token, Writer } from './workflows.ts';

async function openBoth() {
  const url = inject('redisUrl');
  const keyPrefix = `${crypto.randomUUID()}:`;
  const stack = new AsyncDisposableStack();
  const log = stack.use(await openRedisEventLog({ url, keyPrefix }));
  const raw = stack.use(rawClient(url));
  const writer = await Writer.start(log);
  await writer.appendTokens('1', '2', '3', '4');
  const channel = `${keyPrefix}workflow:{${writer.workflowId}}`;
  return { log, raw, writer, channel, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('A2: history is a stream under the documented key, with the seq as its id and one field', async () => {
  await using store = await openBoth();
  const stored = await store.raw.xrange(`${store.channel}:history`, '-', '+');
  expect(stored.map(([id]) => id)).toEqual(['1-0', '2-0', '3-0', '4-0']);
  const [field, event = ''] = stored[0]?.[1] ?? [];
  expect(field).toBe('event');
  expect(JSON.parse(event)).toEqual({ v: STORED_VERSION, ...token('1') });
  expect(await store.raw.hget(`${store.channel}:metadata`, 'tail')).toBe('4');
});

test('F2: a trimmed history is not read as if it were complete', async () => {
  await using store = await openBoth();
  const { log, raw, writer, channel } = store;
  await raw.xtrim(`${channel}:history`, 'MAXLEN', 2);
  const read = (after: number) => log.read(writer.workflowId, { after, limit: 10 });
  for (const after of [0, 1]) {
    await expect(read(after)).rejects.toMatchObject({ code: 'trimmed', first: 3 });
  }
  expect((await read(2)).entries.map(({ seq }) => seq)).toEqual([3, 4]);
  await raw.del(`${channel}:history`);
  await expect(read(2)).rejects.toMatchObject({ code: 'trimmed', first: 5 });
  expect((await read(4)).entries).toEqual([]);
});

test('a history with a gap, or with something other than an event, is corrupt', async () => {
  await using store = await openBoth();
  const { log, raw, writer, channel } = store;
  await raw.xdel(`${channel}:history`, '2-0');
  const read = () => log.read(writer.workflowId, { after: 0, limit: 10 });
  await expect(read()).rejects.toMatchObject({ code: 'corrupt', workflowId: writer.workflowId });
  await raw.del(`${channel}:history`);
  await raw.xadd(`${channel}:history`, '1-0', 'event', '{"type":"token"}');
  await expect(read()).rejects.toMatchObject({ code: 'corrupt' });
});

test('keys of another type are reported as corrupt', async () => {
  await using store = await openBoth();
  const { log, raw, writer, channel } = store;
  await raw.hset(`${channel}:metadata`, 'status', 'dreaming');
  await expect(log.get(writer.workflowId)).rejects.toMatchObject({ code: 'corrupt' });
  await raw.set(`${channel}:metadata`, 'a string');
  await expect(log.get(writer.workflowId)).rejects.toMatchObject({ code: 'corrupt' });
  await expect(writer.appendTokens('5')).rejects.toMatchObject({ code: 'corrupt' });
});

test.for(['', 'nonsense', 'abcd1234 4 [', 'abcd1234 4 [{"type":"token"}]', '- - []'])(
  'E10: an unreadable live message causes a resync, and the next one is received (%s)',
  async (message) => {
    await using store = await openBoth();
    const { log, raw, writer, channel } = store;
    const listener = new Listener();
    await log.watch(writer.workflowId, listener, new AbortController().signal);
    await raw.spublish(channel, message);
    await vi.waitFor(() => expect(listener.resyncs).toBe(1));
    await writer.appendTokens('5');
    await vi.waitFor(() => expect(listener.texts).toEqual(['5']));
    expect(listener.resyncs).toBe(1);
  },
);

test('all watchers of a process share messages that are parsed once', async () => {
  await using store = await openBoth();
  const { log, writer } = store;
  const [first, second] = [new Listener(), new Listener()];
  const { signal } = new AbortController();
  for (const listener of [first, second]) await log.watch(writer.workflowId, listener, signal);
  await writer.appendTokens('5');
  await vi.waitFor(() => expect(second.received).toHaveLength(1));
  expect(first.received[0]).toBe(second.received[0]);
});

test('C2: an append of 20,000 events, and one of a megabyte, are one append each', async () => {
  await using store = await openBoth();
  const { log, writer } = store;
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  const events = Array.from({ length: 20_000 }, (_, index) => token(`${index}`));
  const { tail } = await log.append(writer.workflowId, { attempt: 1, after: 4, events });
  expect(tail).toBe(20_004);
  writer.tail = tail;
  const large = '漢🙂'.repeat(150_000);
  await writer.appendTokens(large);
  await vi.waitFor(() => expect(listener.received.length).toBe(20_001));
  expect(listener.texts.at(-1)).toBe(large);
  expect(await readContents(log, writer.workflowId)).toHaveLength(10_000);
});
