import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Occupies a port of 127.0.0.1 while its program is down, so that no other program can get the port
 * and receive the reconnecting clients. Rejects all connections.
 */
export async function occupyPort(port: number): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.resetAndDestroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
