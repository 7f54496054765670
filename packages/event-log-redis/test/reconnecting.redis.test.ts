import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { expect, test, vi } from 'vitest';
import { clientIds, clientsOf, rawClient } from './clients-of.ts';
import { Listener, newWorkflow, readContents, Writer } from './workflows.ts';

const soon = { interval: 5 };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

test('C8: a subscriber whose connection was cut is told to resync, and receives live entries again', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const [first, second] = [new Listener(), new Listener()];
  const wake = vi.fn<() => void>();
  const { signal } = new AbortController();
  for (const listener of [first, second]) await log.watch(writer.workflowId, listener, signal);
  await log.watchCommands(writer.workflowId, wake, signal);
  for (let round = 1; round <= 3; round += 1) {
    for (const id of await clientIds(raw, 'runtape-subscriber')) await raw.client('KILL', 'ID', id);
    await vi.waitFor(() => {
      expect(first.resyncs).toBe(round);
      expect(second.resyncs).toBe(round);
      expect(wake).toHaveBeenCalledTimes(round);
    }, soon);
    await writer.appendTokens(`after ${round}`);
    await vi.waitFor(() => expect(second.texts.at(-1)).toBe(`after ${round}`), soon);
  }
  expect(first.texts).toEqual(['after 1', 'after 2', 'after 3']);
  expect(await clientsOf(raw)).toEqual({ 'runtape-commands': 1, 'runtape-subscriber': 1 });
});

test('F1: after a resync, new appends are received: it comes once the subscription is in effect', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const appended: Promise<number>[] = [];
  const listener = new Listener();
  const resync = listener.resync.bind(listener);
  listener.resync = () => {
    resync();
    appended.push(writer.appendTokens('at the moment of the resync'));
  };
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  for (let round = 1; round <= 10; round += 1) {
    const [id = ''] = await clientIds(raw, 'runtape-subscriber');
    await raw.client('KILL', 'ID', id);
    await vi.waitFor(() => expect(listener.resyncs).toBe(round), soon);
    await Promise.all(appended);
    await vi.waitFor(() => expect(listener.received).toHaveLength(round), soon);
  }
});

test('a subscription requested while disconnected is in effect after the reconnect', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using log = await openRedisEventLog({ url: redis.url });
  await using raw = rawClient(redis.url);
  const writer = await Writer.start(log);
  for (const id of await clientIds(raw, 'runtape-subscriber')) await raw.client('KILL', 'ID', id);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('a');
  await vi.waitFor(() => expect(listener.texts).toEqual(['a']), soon);
});

test('F1: appends whose connection was cut have an unknown outcome, and repeating the missing ones stores nothing twice', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const texts: string[] = [];
  let unknown = 0;
  for (let round = 0; round < 10; round += 1) {
    const more = numbers(40).map((text) => `${round}.${text}`);
    texts.push(...more);
    const [id = ''] = await clientIds(raw, 'runtape-commands');
    // In every second round, Redis has received the appends but not executed them when the
    // connection ends.
    if (round % 2 === 1) await raw.client('PAUSE', 10_000, 'WRITE');
    const appends = more.map((text) => writer.appendTokens(text));
    const killed = Promise.all([raw.client('KILL', 'ID', id), raw.client('UNPAUSE')]);
    const outcomes = await Promise.allSettled([...appends, log.get(writer.workflowId)]);
    await killed;
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'unavailable' });
    unknown += refused.length;
    await vi.waitFor(() => writer.appendMissing(texts), soon);
    expect(await readContents(log, writer.workflowId)).toEqual(texts);
  }
  expect(unknown).toBeGreaterThan(0);
});

test('F1: calls during a reconnect are sent in the order in which they were made', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  for (let round = 0; round < 10; round += 1) {
    const [id = ''] = await clientIds(raw, 'runtape-commands');
    await raw.client('KILL', 'ID', id);
    // Waits until the log has noticed.
    await vi.waitFor(async () => {
      expect(await clientIds(raw, 'runtape-commands')).not.toContain(id);
    }, soon);
    writer.tail = (await vi.waitFor(() => log.get(writer.workflowId), soon))?.tail ?? 0;
    await Promise.all(numbers(30).map((text) => writer.appendTokens(`${round}.${text}`)));
  }
  const { length } = await readContents(log, writer.workflowId);
  expect(length).toBe(300);
});

test('F1, F8: Redis is killed and recovers: appends continue, nothing is lost or doubled, watchers receive entries', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log, { idempotencyKey: 'key' });
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  const texts = numbers(30);
  await writer.appendTokens(...texts.slice(0, 10));
  const appends = Promise.allSettled(texts.slice(10).map((text) => writer.appendTokens(text)));
  await redis.kill();
  await appends;
  await expect(log.get(writer.workflowId)).rejects.toMatchObject({ code: 'unavailable' });
  await redis.restart();
  await vi.waitFor(() => writer.appendMissing(texts), soon);
  expect(await readContents(log, writer.workflowId)).toEqual(texts);
  await vi.waitFor(() => expect(listener.resyncs).toBeGreaterThan(0), soon);
  await writer.appendTokens('live again');
  await vi.waitFor(() => expect(listener.texts.at(-1)).toBe('live again'), soon);
});

test('while Redis is unavailable calls are refused within their time limit, with advice', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using log = await openRedisEventLog({ url: redis.url, timeoutMs: 3000 });
  const { record } = await log.create(newWorkflow());
  await redis.kill();
  for (let round = 0; round < 3; round += 1) {
    await expect(log.get(record.workflowId)).rejects.toMatchObject({ code: 'unavailable' });
  }
  await expect(log.get(record.workflowId)).rejects.toThrow(
    `Redis at 127.0.0.1:${redis.port} does not answer. Start it`,
  );
  const watching = log.watch(record.workflowId, new Listener(), new AbortController().signal);
  await expect(watching).rejects.toMatchObject({ code: 'unavailable' });
});

test('law 9: watching while Redis is unavailable ends at once with its signal', async () => {
  await using redis = await startRedis();
  await using log = await openRedisEventLog({ url: redis.url });
  const { record } = await log.create(newWorkflow());
  process.kill(redis.pid, 'SIGSTOP');
  const leaving = new AbortController();
  const watching = [
    log.watch(record.workflowId, new Listener(), leaving.signal),
    log.watchCommands(record.workflowId, () => {}, leaving.signal),
  ].map((watch) => watch.catch((error: unknown) => error));
  const reason = new Error('gone');
  leaving.abort(reason);
  expect(await Promise.all(watching)).toEqual([reason, reason]);
  process.kill(redis.pid, 'SIGCONT');
});

test('a frozen Redis is given up within the time limit of a call, and works again when it wakes up', async () => {
  await using redis = await startRedis();
  await using log = await openRedisEventLog({ url: redis.url, timeoutMs: 3000 });
  const writer = await Writer.start(log);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('0');
  process.kill(redis.pid, 'SIGSTOP');
  const frozen = writer.appendTokens('1');
  await expect(frozen).rejects.toMatchObject({ code: 'unavailable' });
  process.kill(redis.pid, 'SIGCONT');
  // Once awake, it executes what it received before; a repeat without a check would double it.
  await vi.waitFor(async () => {
    expect(await log.get(writer.workflowId)).toMatchObject({ tail: 2 });
  }, soon);
  await vi.waitFor(() => writer.appendMissing(['0', '1', '2']), soon);
  expect(await readContents(log, writer.workflowId)).toEqual(['0', '1', '2']);
});

test('SCRIPT FLUSH affects nothing: overlapping appends arrive in order', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const appends: Promise<number>[] = [];
  for (let index = 0; index < 600; index += 1) {
    appends.push(writer.appendTokens(`${index}`));
    if (index % 20 === 0) await raw.script('FLUSH');
    // Lets some replies arrive, so that other appends are sent between a refusal and its repeat.
    if (index % 7 === 0) await raw.ping();
  }
  expect(await Promise.all(appends)).toEqual(appends.map((_, index) => index + 1));
  expect(await readContents(log, writer.workflowId)).toEqual(numbers(600));
});
