import { once } from 'node:events';
import { connect } from 'node:net';
import { createInProcessQueue } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { expect, test, vi } from 'vitest';
import { readServerEnv } from '../src/env.ts';
import { startServer } from '../src/start-server.ts';

/** More than the system buffers for a server that does not read. */
const BODY_BYTES = 7_000_000;

test('K1: a client that sends too much can send all of it and then gets its 413, even with connection: close', async () => {
  const errors: unknown[] = [];
  const server = await startServer({
    env: { ...readServerEnv({ WORKERS: '0' }), PORT: 0 },
    store: {
      log: createMemoryEventLog({}),
      queue: createInProcessQueue(),
      description: 'memory',
      [Symbol.asyncDispose]: async () => undefined,
    },
    onError: (error) => errors.push(error),
    onWarning: (warning) => errors.push(warning),
  });
  await using _ = { [Symbol.asyncDispose]: () => server.stop() };
  const client = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('utf8');
  client.on('error', (error) => errors.push(error));
  await once(client, 'connect');
  let heard = '';
  client.on('data', (text: string) => (heard += text)).pause();
  client.write(
    `POST /api/workflows HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${BODY_BYTES}\r\n\r\n`,
  );
  await new Promise((sent) => client.write(' '.repeat(BODY_BYTES), sent));
  client.resume();
  await vi.waitFor(() => expect(heard).toContain('HTTP/1.1 413 '));
  expect(errors).toEqual([]);
  client.destroy();
});
