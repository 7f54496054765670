import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@runtape/redis';
import { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Fails immediately if the server is down, and never reconnects. */
async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

test('a started Redis answers, and is not the shared one', async () => {
  await using server = await startRedis();
  expect(server.url).not.toBe(inject('redisUrl'));
  expect(await ask(server.url, (redis) => redis.ping())).toBe('PONG');
  expect(await ask(server.url, (redis) => redis.config('GET', 'bind'))).toEqual([
    'bind',
    '127.0.0.1',
  ]);
});

test('several start at the same time, each on its own port', async () => {
  const servers = await Promise.all(Array.from({ length: 4 }, () => startRedis()));
  try {
    expect(new Set(servers.map((server) => server.port)).size).toBe(4);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});

test('stop leaves no process, folder or open port, and is idempotent', async () => {
  const server = await startRedis();
  expect(isRunning(server.pid)).toBe(true);
  expect(existsSync(server.dir)).toBe(true);
  await server.stop();
  await server.stop();
  expect(isRunning(server.pid)).toBe(false);
  expect(existsSync(server.dir)).toBe(false);
  await expect(ask(server.url, (redis) => redis.ping())).rejects.toThrow(/ECONNREFUSED|closed/);
});

test('stop also ends a frozen server', async () => {
  const server = await startRedis();
  process.kill(server.pid, 'SIGSTOP');
  await server.stop();
  expect(isRunning(server.pid)).toBe(false);
});

test('keeps a folder given by the caller', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'runtape-redis-test-'));
  try {
    const server = await startRedis({ dir, appendOnly: true });
    await server.stop();
    expect(existsSync(join(dir, 'appendonlydir'))).toBe(true);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('kill and restart keep port and folder; with appendOnly every answered write is kept', async () => {
  await using server = await startRedis({ appendOnly: true });
  const { pid, port, dir } = server;
  await ask(server.url, (redis) =>
    Promise.all(Array.from({ length: 1000 }, (_, index) => redis.rpush('list', index))),
  );
  await server.kill();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(dir)).toBe(true);

  await server.restart();
  expect(server).toMatchObject({ port, dir });
  expect(server.pid).not.toBe(pid);
  expect(await ask(server.url, (redis) => redis.llen('list'))).toBe(1000);
});

test('without appendOnly a restart begins empty', async () => {
  await using server = await startRedis();
  await ask(server.url, (redis) => redis.set('key', 'value'));
  await server.restart();
  expect(await ask(server.url, (redis) => redis.get('key'))).toBeNull();
});

test('clients that keep reconnecting do not take the port while the server is down', async () => {
  await using server = await startRedis();
  const clients = Array.from(
    { length: 20 },
    () => new Redis(server.url, { retryStrategy: () => 1, maxRetriesPerRequest: null }),
  );
  try {
    for (const client of clients) client.on('error', () => {});
    await Promise.all(clients.map((client) => client.ping()));
    await server.kill();
    await vi.waitFor(() => {
      expect(clients.every((client) => client.status === 'reconnecting')).toBe(true);
    });
    await server.restart();
    expect(await Promise.all(clients.map((client) => client.ping()))).toHaveLength(20);
  } finally {
    for (const client of clients) client.disconnect();
  }
});

test.for([
  { why: 'a folder that is not there', options: { dir: join(tmpdir(), 'runtape-no-such-folder') } },
  { why: 'an unknown setting', options: { args: ['--no-such-setting', 'yes'] } },
])('$why: the error carries the last output of the server', async ({ options }) => {
  const error = await startRedis(options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'RedisToolingError', code: 'start_failed' });
  expect(String(error)).toMatch(/No such file or directory|no-such-setting/);
});

test('a server that does not start leaves no folder', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'runtape-redis-test-'));
  vi.stubEnv('TMPDIR', temporary);
  try {
    await expect(startRedis({ args: ['--no-such-setting', 'yes'] })).rejects.toThrow(
      'no-such-setting',
    );
    expect(await readdir(temporary)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  }
});
