import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Keeps a port of 127.0.0.1 while the program that had it is down: otherwise a program of somebody
 * else may get it, and clients that come back would talk to that one. Whoever connects is turned
 * away.
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
