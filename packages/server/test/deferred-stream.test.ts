import { expect, test, vi } from 'vitest';
import { ClientConnection } from '../src/broadcast/client-connection.ts';
import { DeferredStream } from '../src/broadcast/client-connection.ts';
import { startApi } from './start-api.ts';

test('A3: a client that reads more at the moment when its stream is found receives the waiting data', async () => {
  await using api = startApi();
  const { context } = api.api;
  const none = Uint8Array.of();
  const connection = new ClientConnection({
    sink: { write: () => false, end: () => undefined },
    stream: context.streams.acquire({ ...context, surface: 'trpc' }),
    protocol: {
      greeting: () => none,
      heartbeat: none,
      completed: null,
      failed: () => none,
      stopped: () => null,
    },
    connections: { remove: () => undefined },
    report: () => undefined,
    path: '/',
  });
  const found = { drained: vi.fn<() => void>(), close: vi.fn<() => void>() };
  connection.write(none);
  connection.attach(
    new DeferredStream(connection, async () => {
      expect(connection.isWritable).toBe(false);
      // After the stream was found, and before the connection uses it.
      queueMicrotask(() => connection.drained());
      return found;
    }),
  );
  await vi.waitFor(() => expect(found.drained).toHaveBeenCalledOnce());
  connection.closed();
  expect(found.close).toHaveBeenCalledOnce();
});
