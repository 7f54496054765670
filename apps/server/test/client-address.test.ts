import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ClientAddresses } from '../src/client-address.ts';

async function addressOf(options: { behindProxy: boolean }, forwarded: string): Promise<string> {
  const addresses = new ClientAddresses(options);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => {
    addresses.record(c);
    return c.text(addresses.of(c.req.raw));
  });
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('It has no port.');
  try {
    const headers = { 'x-forwarded-for': forwarded };
    const response = await fetch(`http://127.0.0.1:${listening.port}/`, { headers });
    return await response.text();
  } finally {
    server.close();
  }
}

test.each([
  ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
  ['invented, so that every request seems to come from elsewhere', '127.0.0.1'],
])('K2: behind a proxy, the forwarded header "%s" gives %s', async (forwarded, address) => {
  expect(await addressOf({ behindProxy: true }, forwarded)).toBe(address);
});

test('K2: forwarded headers are ignored without a proxy', async () => {
  expect(await addressOf({ behindProxy: false }, '203.0.113.7')).toBe('127.0.0.1');
});
