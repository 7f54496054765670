import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../src/listen.ts';

const servers: ServerType[] = [];

function newServer(): ServerType {
  const server = createAdaptorServer({ fetch: () => new Response() });
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
});

test('without a port the next free one is used, so two servers never collide', async () => {
  const first = new URL(await listen(newServer()));
  const second = new URL(await listen(newServer()));
  expect(Number(first.port)).toBeGreaterThanOrEqual(4310);
  expect(Number(second.port)).toBeGreaterThan(Number(first.port));
});

test('a requested port that is taken is not replaced by another', async () => {
  const { port } = new URL(await listen(newServer()));
  await expect(listen(newServer(), Number(port))).rejects.toMatchObject({ code: 'port_taken' });
});
