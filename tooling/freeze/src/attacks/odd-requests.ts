import { once } from 'node:events';
import { connect } from 'node:net';
import type { Attack } from '../attack.ts';
import { get, count } from '../send.ts';
import type { AttackedServer } from '../attacked-server.ts';

const LONG = 15_000;

/** Requests that our clients never send. */
export const oddRequests: Attack = {
  name: 'odd-requests',
  summary: 'thousands of headers and parameters, long URLs, upgrades, packed bodies',
  attack: async (attacked) => {
    const names = Array.from({ length: LONG / 5 }, (_, n) => `_${n}`).join('&');
    const headers = Array.from({ length: 1900 }, (_, n) => `x${n}: 1`);
    const accept = `accept-encoding: ${'gzip;q=0.1,'.repeat(1300)}`;
    const upgrade = ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
    const packed = ['content-type: application/json', 'content-encoding: gzip'];
    return count([
      await get(attacked, `/api/health?${names}`),
      await get(attacked, `/api/workflows?status=${','.repeat(LONG)}`),
      await get(attacked, `/api/workflows?limit=1e9`),
      await get(attacked, `/api/workflows/x/events?after=${'x'.repeat(LONG)}`),
      await get(attacked, `/trpc/${'x'.repeat(LONG)}`),
      await get(attacked, `/${'x'.repeat(40_000)}`),
      await raw(attacked, 'GET /api/health', headers),
      await raw(attacked, 'GET /api/openapi.json', [accept]),
      await raw(attacked, 'GET /api/health', upgrade),
      await raw(attacked, 'POST /api/chat', [...packed, 'content-length: 4'], 'abcd'),
    ]);
  },
};

async function raw(
  { url }: AttackedServer,
  line: string,
  headers: readonly string[],
  body = '',
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [`${line} HTTP/1.1`, `host: ${hostname}`, ...headers, 'connection: close', '', body];
  socket.write(head.join('\r\n'));
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => (text += piece));
  socket.on('error', () => {});
  socket.setTimeout(10_000, () => socket.destroy());
  await once(socket, 'close');
  return text.split(' ')[1] ?? 'no answer';
}
