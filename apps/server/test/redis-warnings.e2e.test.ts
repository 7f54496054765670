import { once } from 'node:events';
import { connect } from 'node:net';
import { createGithubClient } from '@runtape/github-workflows/client';
import { startServerProcess } from '@runtape/e2e';
import { startRedis, type RedisServer } from '@runtape/redis';
import { samples } from '@runtape/github-workflows';
import { expect, test, vi } from 'vitest';

const sample = { kind: 'sample', name: samples[1]?.name ?? '' } as const;

/** Sends an inline command. @returns the raw response. */
async function ask({ host, port }: RedisServer, line: string): Promise<string> {
  const socket = connect(port, host);
  socket.write(`${line}\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

test('F8: with a Redis that evicts keys, the server starts and warns of data loss with advice', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  await using server = await startServerProcess({ REDIS_URL: redis.url, WORKERS: '0' });
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  expect(server.process.stderr).toContain('maxmemory-policy allkeys-lru');
  expect(server.process.stderr).toContain('Set maxmemory-policy to noeviction.');
});

test('F1: when Redis runs out of memory during workflows, it is logged once, and so is the recovery', async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  await using server = await startServerProcess({
    REDIS_URL: redis.url,
    LEASE_SECONDS: '3',
    DEMO_TOKENS_PER_SECOND: '100',
  });
  const client = createGithubClient({ url: server.url });
  const target = sample;
  const started = [await client.startComment({ target }), await client.startComment({ target })];
  for (const { workflowId } of started) {
    for await (const { message } of client.follow(workflowId)) {
      if (message.type === 'token') break;
    }
  }
  await ask(redis, 'CONFIG SET maxmemory 1mb');
  await server.process.waitForLine(/is out of memory and refuses writes\. Raise its maxmemory/);
  const refusals = async () =>
    Number(/OOM:count=(\d+)/.exec(await ask(redis, 'INFO errorstats'))?.[1]);
  await vi.waitFor(async () => expect(await refusals()).toBeGreaterThan(20));
  await ask(redis, 'CONFIG SET maxmemory 0');
  await server.process.waitForLine(/The store is available again/);
  for (const { workflowId } of started) {
    const types: string[] = [];
    for await (const { message } of client.follow(workflowId)) types.push(message.type);
    expect(types.at(-1)).toBe('workflow:completed');
  }
  await client.close();
  expect(server.process.stderr.match(/"type":"EventLogError"/g)).toHaveLength(1);
  expect(server.process.stderr.match(/The store is available again/g)).toHaveLength(1);
});
