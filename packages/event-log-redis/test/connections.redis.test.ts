import { isEventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { expect, test, vi } from 'vitest';
import { clientsOf, rawClient } from './clients-of.ts';
import { Listener, newWorkflow, Writer } from './workflows.ts';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('A12: a log has two connections, however many watch', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const leaving = new AbortController();
  for (let index = 0; index < 50; index += 1) {
    const { record } = await log.create(newWorkflow());
    await log.watch(record.workflowId, new Listener(), leaving.signal);
    await log.watch(record.workflowId, new Listener(), leaving.signal);
    await log.watchCommands(record.workflowId, () => {}, leaving.signal);
  }
  expect(await clientsOf(raw)).toEqual({ 'runtape-commands': 1, 'runtape-subscriber': 1 });
  await using _another = await openRedisEventLog({ url: redis.url });
  expect(await clientsOf(raw)).toEqual({ 'runtape-commands': 2, 'runtape-subscriber': 2 });
  leaving.abort();
});

test('A13: a channel is subscribed once, and given up after its last watcher', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  const channel = `workflow:{${workflowId}}`;
  const channels = async () => (await raw.pubsub('SHARDCHANNELS')).toSorted();
  const [first, second, third] = [1, 2, 3].map(() => new AbortController());
  for (const controller of [first, second]) {
    if (controller) await log.watch(workflowId, new Listener(), controller.signal);
  }
  if (third) await log.watchCommands(workflowId, () => {}, third.signal);
  expect(await channels()).toEqual([channel, `${channel}:commands`]);
  expect(await raw.pubsub('SHARDNUMSUB', channel)).toEqual([channel, 1]);
  third?.abort();
  await vi.waitFor(async () => expect(await channels()).toEqual([channel]));
  first?.abort();
  const still = new Listener();
  await log.watch(workflowId, still, new AbortController().signal);
  second?.abort();
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  await new Writer(log, workflowId, attempt).say('still heard');
  await vi.waitFor(() => expect(still.said).toEqual(['still heard']));
});

test('A13: watching again right after the last watcher left is in force', async () => {
  await using redis = await startRedis();
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  for (let round = 0; round < 20; round += 1) {
    const leaving = new AbortController();
    const listener = new Listener();
    await log.watch(writer.workflowId, listener, leaving.signal);
    await writer.say(`${round}`);
    await vi.waitFor(() => expect(listener.said).toEqual([`${round}`]), { interval: 1 });
    leaving.abort();
  }
});

test('C8: after close no connection and no timer is left', async () => {
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await raw.ping();
  const before = timers();
  const log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  await log.watch(writer.workflowId, new Listener(), new AbortController().signal);
  await writer.say('a');
  expect(timers()).toBeGreaterThan(before);
  await log.close();
  expect(timers()).toBe(before);
  await vi.waitFor(async () => expect(await clientsOf(raw)).toEqual({}));
});

test('C8: closing lets what is under way be answered', async () => {
  await using redis = await startRedis();
  const log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const appends = Array.from({ length: 50 }, (_, index) => writer.say(`${index}`));
  await log.close();
  expect(await Promise.all(appends)).toEqual(appends.map((_, index) => index + 1));
});

test('C8: closing while Redis is away ends at once and leaves nothing', async () => {
  await using redis = await startRedis();
  const before = timers();
  const log = await openRedisEventLog({ url: redis.url });
  const { record } = await log.create(newWorkflow());
  await log.watch(record.workflowId, new Listener(), new AbortController().signal);
  await redis.kill();
  await expect(log.get(record.workflowId)).rejects.toMatchObject({ code: 'unavailable' });
  const waiting = log
    .get(record.workflowId)
    .catch((error: unknown) => (isEventLogError(error) ? error.code : error));
  await log.close();
  expect(['closed', 'unavailable']).toContain(await waiting);
  expect(timers()).toBe(before);
});
