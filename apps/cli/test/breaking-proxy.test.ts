import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startBreakingProxy } from './breaking-proxy.ts';

const BODY_BYTES = 1_000_000;

test('a body refused before it was complete does not block the next request', async () => {
  const server = createServer((asked, answer) => {
    answer.writeHead(asked.method === 'GET' ? 200 : 413).end('answered');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await using proxy = await startBreakingProxy(`http://127.0.0.1:${address.port}`, {
    applies: () => false,
  });
  const client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  onTestFinished(() => void client.destroy());
  let heard = '';
  client.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  const head = (method: string, length: number) =>
    `${method} / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: keep-alive\r\ncontent-length: ${length}\r\n\r\n`;
  client.write(`${head('POST', BODY_BYTES)} `);
  await vi.waitFor(() => expect(heard).toMatch(/ 413 [^]*answered/));
  client.write(`${' '.repeat(BODY_BYTES - 1)}${head('GET', 0)}`);
  await vi.waitFor(() => expect(heard).toMatch(/ 200 [^]*answered/));
});
