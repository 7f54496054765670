import { once } from 'node:events';
import { connect } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { closeStale } from '../src/close-stale.ts';

const HEARTBEAT_MS = 50;
const chunk = new TextEncoder().encode(`data: ${'x'.repeat(65_536)}\n\n`);
const heartbeat = new TextEncoder().encode(': heartbeat\n\n');

test('A12 E16: a stream whose client reads nothing is ended and counted', async () => {
  const ended = Promise.withResolvers<void>();
  const flood = new ReadableStream<Uint8Array>(
    { pull: (controller) => controller.enqueue(chunk), cancel: () => ended.resolve() },
    { highWaterMark: 0 },
  );
  await using server = await serve(flood);
  const socket = connect(server.port, '127.0.0.1').pause();
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');

  await expect(ended.promise).resolves.toBeUndefined();
  expect(server.stale()).toBe(1);
  socket.destroy();
});

test('A12 E16: a quiet stream whose heartbeats get through stays open', async () => {
  let beats = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const quiet = new ReadableStream<Uint8Array>({
    start: (controller) => {
      timer = setInterval(() => controller.enqueue(heartbeat), HEARTBEAT_MS);
    },
    cancel: () => clearInterval(timer),
  });
  await using server = await serve(quiet);
  const response = await fetch(`http://127.0.0.1:${server.port}/`);
  const reader = response.body?.getReader();

  // Several times the limit for a client that reads nothing.
  while (beats < 12 && !(await reader?.read())?.done) beats += 1;
  await reader?.cancel();
  expect([beats, server.stale()]).toEqual([12, 0]);
});

async function serve(body: ReadableStream<Uint8Array>) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  let stale = 0;
  const onEnded = () => {
    stale += 1;
  };
  app.use(closeStale({ staleMs: 1, heartbeatMs: HEARTBEAT_MS, onEnded }));
  app.get('/', () => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    port: address.port,
    stale: () => stale,
    [Symbol.asyncDispose]: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
