import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Asks for a stream and then never reads a byte of it. */
export async function stall(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await once(socket, 'connect');
  return socket;
}
