import { once } from 'node:events';
import { createServer } from 'node:net';
import type { EventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { expect, inject, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { startFakeRedis } from './fake-redis.ts';
import { refusalOf } from './refusal-of.ts';
import { newWorkflow, readContents, token, Writer } from './workflows.ts';

const SECRET = 'hunter2-the-secret';

const aMessageWith = (text: string): unknown => expect.stringContaining(text);

/** Everything that an error would show in a log. */
const shown = (error: EventLogError) =>
  JSON.stringify([error.message, error.stack, error.cause, Object.entries(error)]);

test('F8: a wrong and a missing password get different errors, and neither repeats a password', async () => {
  await using redis = await startRedis({ args: ['--requirepass', 'right'] });
  const at = `${redis.host}:${redis.port}`;
  const wrong = await refusalOf({ url: `redis://:${SECRET}@${at}` });
  expect(wrong).toMatchObject({ code: 'unavailable' });
  expect(wrong.message).toBe(
    `Redis at ${at} refuses the user name or password. Correct them in REDIS_URL: redis://user:password@host.`,
  );
  expect(shown(wrong)).not.toContain(SECRET);
  const none = await refusalOf({ url: redis.url });
  expect(none).toMatchObject({ code: 'unavailable' });
  expect(none.message).toContain(
    `Redis at ${at} needs a password. Put it into REDIS_URL: redis://`,
  );
  await using log = await openRedisEventLog({ url: `redis://:right@${at}` });
  await Writer.start(log);
});

test.for([
  'nonsense',
  `http://user:${SECRET}@host`,
  `redis://user:${SECRET}@`,
  `redis//:${SECRET}@host:1`,
])('F8: an invalid Redis URL is refused (%s)', async (url) => {
  const error = await refusalOf({ url });
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain('That is not the URL of a Redis. Write redis://host:port');
  expect(shown(error)).not.toContain(SECRET);
});

test('F8: opening without a reachable Redis is refused with advice', async () => {
  await using redis = await startRedis();
  const { host, port } = redis;
  await redis.stop();
  const expected = `Redis at ${host}:${port} does not answer. Start it, or correct its address.`;
  for (const options of [
    { url: `redis://:${SECRET}@${host}:${port}` },
    { cluster: [{ host, port }] },
  ]) {
    const error = await refusalOf({ ...options, timeoutMs: 2000 });
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(error.message).toContain(expected);
    expect(shown(error)).not.toContain(SECRET);
  }
});

test('F8: a server that never answers is given up in time', async () => {
  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const error = await refusalOf({ url: `redis://127.0.0.1:${port}`, timeoutMs: 500 });
  expect(error).toMatchObject({ code: 'unavailable' });
  silent.close();
  await once(silent, 'close');
});

test('F8: a Redis that is too old is refused', async () => {
  await using old = await startFakeRedis('6.2.14');
  const error = await refusalOf({ url: old.url });
  expect(error).toMatchObject({ code: 'unsupported_store' });
  expect(error.message).toBe('Redis 6.2.14 is too old. Use Redis 7.0 or later, or Valkey.');
});

test('F8: a cluster node is not accepted as a single Redis, nor the reverse', async () => {
  const [node] = inject('redisClusterNodes');
  const error = await refusalOf({ url: `redis://${node?.host}:${node?.port}` });
  expect(error).toMatchObject({ code: 'unsupported_store' });
  expect(error.message).toContain('Name the nodes of the cluster');
  const { hostname: host, port } = new URL(inject('redisUrl'));
  const other = await refusalOf({ cluster: [{ host, port: Number(port) }] });
  expect(other).toMatchObject({ code: 'unavailable' });
  expect(other.message).toContain('is no cluster. Name it by its URL instead');
});

test('F8: a Redis that evicts is used, with a warning', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  const onWarning = vi.fn<(message: string) => void>();
  await using log = await openRedisEventLog({ url: redis.url, onWarning });
  await log.create(newWorkflow());
  expect(onWarning).toHaveBeenCalledTimes(1);
  expect(onWarning.mock.lastCall?.[0]).toContain('Set maxmemory-policy to noeviction.');
  await using calm = await startRedis();
  await using other = await openRedisEventLog({ url: calm.url, onWarning });
  await other.create(newWorkflow());
  expect(onWarning).toHaveBeenCalledTimes(1);
});

test('A2: a key prefix that would break the hash tags, and an invalid time, are refused', async () => {
  const url = inject('redisUrl');
  await expect(openRedisEventLog({ url, keyPrefix: '{a}' })).rejects.toBeInstanceOf(TypeError);
  for (const keepEndedForMs of [0, -1, Number.NaN]) {
    await expect(openRedisEventLog({ url, keepEndedForMs })).rejects.toBeInstanceOf(RangeError);
  }
});

test('F1: a Redis whose memory is full refuses appends, stores nothing partially, and continues when there is room', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  const { workflowId, attempt } = writer;
  await writer.appendTokens('0');
  const before = await log.get(workflowId);
  await raw.config('SET', 'maxmemory', '1mb');
  const full = log.append(workflowId, {
    attempt,
    after: 1,
    events: [token('1'), token('2')],
    summary: { title: 'never' },
    step: { step: 'never', result: 1 },
  });
  const refusal = {
    code: 'unavailable',
    message: aMessageWith('is out of memory'),
  };
  await expect(full).rejects.toMatchObject(refusal);
  await expect(log.create(newWorkflow())).rejects.toMatchObject(refusal);
  await expect(log.command(workflowId, { type: 'cancel' })).rejects.toMatchObject(refusal);
  expect(await log.get(workflowId)).toEqual(before);
  expect(await readContents(log, workflowId)).toEqual(['0']);
  expect((await log.steps(workflowId)).size).toBe(0);
  await log.release(workflowId, { attempt });
  await raw.config('SET', 'maxmemory', '0');
  await writer.appendTokens('1');
  expect(await readContents(log, workflowId)).toEqual(['0', '1']);
});

test('F1: a Redis that became a replica refuses appends and says so; promoted again, it accepts them', async () => {
  await using primary = await startRedis();
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await using log = await openRedisEventLog({ url: redis.url });
  const writer = await Writer.start(log);
  await writer.appendTokens('0');
  // A replica drops its own data when it receives the primary's; without a primary it keeps it.
  await primary.kill();
  await raw.replicaof(primary.host, primary.port);
  await raw.config('SET', 'replica-serve-stale-data', 'yes');
  await expect(writer.appendTokens('1')).rejects.toMatchObject({
    code: 'unavailable',
    message: aMessageWith('is a read-only replica. Connect to the primary'),
  });
  await raw.replicaof('NO', 'ONE');
  await vi.waitFor(() => writer.appendMissing(['0', '1']), { interval: 10 });
  expect(await readContents(log, writer.workflowId)).toEqual(['0', '1']);
});

test('F8: a read-only replica is refused at the start, and a writable one is accepted', async () => {
  await using primary = await startRedis();
  await using redis = await startRedis();
  await using raw = rawClient(redis.url);
  await raw.replicaof(primary.host, primary.port);
  const error = await refusalOf({ url: redis.url });
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toBe(
    `Redis at ${redis.host}:${redis.port} is a read-only replica. Connect to the primary.`,
  );
  await raw.config('SET', 'replica-read-only', 'no');
  await using log = await openRedisEventLog({ url: redis.url });
  await log.create(newWorkflow());
});

test('F8: a Redis whose memory is full is used, with a warning', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  await using raw = rawClient(redis.url);
  const onWarning = vi.fn<(message: string) => void>();
  await raw.config('SET', 'maxmemory', '1gb');
  await (await openRedisEventLog({ url: redis.url, onWarning })).close();
  expect(onWarning).not.toHaveBeenCalled();
  await raw.config('SET', 'maxmemory', '1mb');
  await (await openRedisEventLog({ url: redis.url, onWarning })).close();
  expect(onWarning).toHaveBeenCalledTimes(1);
  expect(onWarning.mock.lastCall?.[0]).toBe(
    `Redis at ${redis.host}:${redis.port} is out of memory and refuses writes: workflows wait until it takes them. Raise its maxmemory, or remove old workflows.`,
  );
});
