import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Requests a stream and never reads from it. */
export async function connectStalledClient(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await once(socket, 'connect');
  return socket;
}
