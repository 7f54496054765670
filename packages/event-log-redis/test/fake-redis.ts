import { once } from 'node:events';
import { createServer } from 'node:net';

/** Starts a server on a free port that claims to be a Redis of this version. */
export async function startFakeRedis(version: string): Promise<{ url: string } & AsyncDisposable> {
  const info = `# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const [name] of text.matchAll(/\b(hello|client|info)\b(?=\r\n)/gi)) {
        const isInfo = name.toLowerCase() === 'info';
        const isHello = name.toLowerCase() === 'hello';
        if (isHello) socket.write("-ERR unknown command 'HELLO'\r\n");
        else socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port.');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
