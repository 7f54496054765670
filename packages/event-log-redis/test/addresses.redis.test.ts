import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';
import {
  type Certificates,
  makeCertificates,
  startRedis,
  startRedisCluster,
  startSentinel,
} from '@runtape/redis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { refusalOf } from './refusal-of.ts';
import { Listener, Writer } from './workflows.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates[Symbol.asyncDispose]());

/** Writes an event that a watcher receives. */
async function useIt(options: RedisEventLogOptions): Promise<void> {
  await using log = await openRedisEventLog(options);
  const writer = await Writer.start(log);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('a');
  await vi.waitFor(() => expect(listener.texts).toEqual(['a']));
}

test('F8: a Redis with TLS: the signer of its certificate must be trusted, and is named in the error otherwise', async () => {
  await using redis = await startRedis({ tls: certificates });
  const { ca } = certificates.pem;
  await useIt({ url: redis.url, tls: { ca } });
  const error = await refusalOf({ url: redis.url });
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain('Set REDIS_TLS_CA');
  await using others = await makeCertificates();
  const other = await refusalOf({ url: redis.url, tls: others.pem });
  expect(other.message).toContain('Set REDIS_TLS_CA');
});

test('F8: a certificate for another host gets a different error from an untrusted one', async () => {
  await using elsewhere = await makeCertificates({ names: ['DNS:other.example'] });
  await using redis = await startRedis({ tls: elsewhere });
  const { message } = await refusalOf({ url: redis.url, tls: { ca: elsewhere.pem.ca } });
  expect(message).toContain('shows a certificate that names another host');
});

test('F8: a Redis that requires a client certificate gets one, or the error says that it wants one', async () => {
  await using redis = await startRedis({ tls: certificates, args: ['--tls-auth-clients', 'yes'] });
  await useIt({ url: redis.url, tls: certificates.pem });
  const { message } = await refusalOf({ url: redis.url, tls: { ca: certificates.pem.ca } });
  expect(message).toContain('REDIS_TLS_CERT');
});

test('F8: TLS against a plain port, and the reverse, say what to change', async () => {
  await using plain = await startRedis();
  await using redis = await startRedis({ tls: certificates });
  const tooMuch = await refusalOf({ url: `rediss://${plain.host}:${plain.port}` });
  expect(tooMuch.message).toContain('Check that it runs, its address, and that it speaks TLS');
  const tooLittle = await refusalOf({ url: `redis://${redis.host}:${redis.port}` });
  expect(tooLittle.message).toContain('does not speak TLS (REDIS_URL begins with rediss://');
});

test('F8: user and password may be given beside the URL', async () => {
  await using redis = await startRedis({ password: 'right' });
  await useIt({ url: redis.url, password: 'right' });
  await useIt({ url: redis.url, username: 'default', password: 'right' });
  const { message } = await refusalOf({ url: redis.url, password: 'wrong' });
  expect(message).toContain('Correct them in REDIS_USERNAME and REDIS_PASSWORD');
});

test('F8: a cluster with a password and TLS: both are used at every node, and named when they are missing', async () => {
  await using cluster = await startRedisCluster({ tls: certificates, password: 'right' });
  const nodes = { cluster: cluster.nodes.slice(0, 1), timeoutMs: 10_000 };
  const tls = { ca: certificates.pem.ca };
  for (let n = 0; n < 5; n += 1) await useIt({ ...nodes, password: 'right', tls });
  const none = await refusalOf({ ...nodes, tls });
  expect(none.message).toContain('needs a password. Put it into REDIS_USERNAME and REDIS_PASSWORD');
  const wrong = await refusalOf({ ...nodes, password: 'wrong', tls });
  expect(wrong.message).toContain('Correct them in REDIS_USERNAME and REDIS_PASSWORD');
  const untrusted = await refusalOf({ ...nodes, password: 'right', tls: true });
  expect(untrusted.message).toContain('Set REDIS_TLS_CA');
});

test('F8: a single-node cluster that does not know its own address is used at the address it was reached', async () => {
  await using cluster = await startRedisCluster({ masters: 1, password: 'right' });
  await useIt({ cluster: cluster.nodes, password: 'right' });
  const { port } = cluster.nodes[0] ?? { port: 0 };
  const byName = { cluster: [{ host: 'localhost', port }], password: 'right' };
  await expect(useIt(byName)).resolves.toBeUndefined();
});

test('F8: a cluster that hides the addresses of its nodes is used at the address it was reached', async () => {
  const args = ['--cluster-preferred-endpoint-type', 'unknown-endpoint'];
  await using cluster = await startRedisCluster({ args });
  // The node of a workflow is random.
  const one = { cluster: cluster.nodes.slice(0, 1) };
  for (let n = 0; n < 5; n += 1) await expect(useIt(one)).resolves.toBeUndefined();
});

test('F8: a Sentinel given as a Redis, and the reverse, say what to give instead', async () => {
  await using redis = await startRedis();
  await using sentinel = await startSentinel({ master: redis, name: 'main' });
  const sentinels = [{ host: sentinel.host, port: sentinel.port }];
  const asRedis = await refusalOf({ url: `redis://${sentinel.host}:${sentinel.port}` });
  expect(asRedis).toMatchObject({ code: 'unsupported_store' });
  expect(asRedis.message).toContain(
    `Set REDIS_SENTINELS=${sentinel.host}:${sentinel.port} and REDIS_MASTER_NAME=main instead`,
  );
  const asCluster = await refusalOf({ cluster: sentinels });
  expect(asCluster.message).toContain('REDIS_SENTINELS and REDIS_MASTER_NAME if it is a Sentinel');
  const noSentinel = await refusalOf({ sentinels: [redis], masterName: 'main' });
  expect(noSentinel.message).toContain('is no Sentinel. Correct REDIS_SENTINELS');
  const unknown = await refusalOf({ sentinels, masterName: 'other' });
  expect(unknown.message).toContain('knows no master of that name. Correct REDIS_MASTER_NAME');
  await useIt({ sentinels, masterName: 'main' });
});

test('F8: Sentinels with a password of their own', async () => {
  await using redis = await startRedis({ password: 'of redis' });
  await using sentinel = await startSentinel({
    master: redis,
    masterPassword: '"of redis"',
    password: 'hushhush',
  });
  const named = { sentinels: [sentinel], masterName: 'main', password: 'of redis' };
  await useIt({ ...named, sentinelPassword: 'hushhush' });
  const none = await refusalOf(named);
  expect(none.message).toContain('Set REDIS_SENTINEL_PASSWORD');
  expect(none.message).not.toContain('of redis');
  const wrong = await refusalOf({ ...named, password: 'wrong', sentinelPassword: 'hushhush' });
  expect(wrong.message).toContain('Correct them in REDIS_USERNAME and REDIS_PASSWORD');
});

test('F8: opening is refused with a message if no Sentinel answers', async () => {
  await using redis = await startRedis();
  const { host, port } = redis;
  await redis.stop();
  const error = await refusalOf({ sentinels: [{ host, port }], masterName: 'main' });
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain('no Sentinel answers');
});

test('F8: an incomplete address, or two addresses, are refused', async () => {
  const cluster = [{ host: '127.0.0.1', port: 1 }];
  for (const options of [
    { url: 'redis://127.0.0.1', cluster },
    { sentinels: cluster },
    { masterName: 'main' },
  ]) {
    await expect(openRedisEventLog(options)).rejects.toBeInstanceOf(TypeError);
  }
});
