import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { drainRequestBody } from '../src/index.ts';
import { startServer } from './start-server.ts';

/** More than any system buffers for a server that does not read. */
const BODY_BYTES = 7_000_000;
/** Longer than servers wait for the rest of a request after their response. */
const PAUSE_MS = 1_000;

const head = (path: string, connection: string) =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: ${connection}\r\ncontent-type: application/json\r\ncontent-length: ${BODY_BYTES}\r\n\r\n`;

test.each([
  ['a body that is too large', '/api/workflows', 413, 'close'],
  ['a body that is too large', '/api/workflows', 413, 'keep-alive'],
  ['a body that no route reads', '/api/nothing-here', 404, 'close'],
  ['a body that no route reads', '/api/nothing-here', 404, 'keep-alive'],
  ['a body that is read in part', '/api/session', 413, 'close'],
])(
  'K1: a client that sends %s to %s receives its %i once everything is sent, however long that takes (connection: %s)',
  async (_, path, status, connection) => {
    await using server = await startServer();
    const client = server.raw(`${head(path, connection)} `);
    const { socket } = client;
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error));
    // Like most clients, it reads nothing before it has sent everything.
    socket.pause();
    await delay(PAUSE_MS);
    await new Promise((sent) => socket.write(' '.repeat(BODY_BYTES - 1), sent));
    socket.resume();
    await vi.waitFor(() => expect(client.text).toContain(`HTTP/1.1 ${status} `));
    expect(errors).toEqual([]);
    socket.destroy();
  },
);

test('K1: at most 8 MB are read from a refused client, and nothing is left behind', async () => {
  const { promise: taken, resolve } = Promise.withResolvers<object>();
  const refuse = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    await drainRequestBody(new Response(null, { status: 413 }), incoming);
    const names = ['data', 'pause', 'end', 'close'] as const;
    resolve(Object.fromEntries(names.map((name) => [name, incoming.listenerCount(name)])));
    outgoing.writeHead(413).end();
  };
  const server = createServer((incoming, outgoing) => void refuse(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)),
  });
  const init = { method: 'POST', body: endless, duplex: 'half' };
  const sent = fetch(`http://127.0.0.1:${address.port}`, init).catch(() => null);
  expect(await taken).toEqual({ data: 0, pause: 0, end: 0, close: 0 });
  server.closeAllConnections();
  server.close();
  await sent;
});
