import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { startServer } from './start-server.ts';

const eventually = (check: () => void) => vi.waitFor(check);
const ask = (path: string, version = '1.1') =>
  `GET ${path} HTTP/${version}\r\nHost: 127.0.0.1\r\n\r\n`;
const eventsOf = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;

/** Decodes the chunked body of the first response in a text; `null` while it is incomplete. */
function unchunked(text: string): { readonly body: string; readonly rest: string } | null {
  let bytes = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4));
  let body = '';
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n');
    if (lineEnd === -1) return null;
    const length = Number.parseInt(bytes.toString('latin1', 0, lineEnd), 16);
    const end = lineEnd + 2 + length;
    if (!(bytes.length >= end + 2)) return null;
    expect(bytes.toString('latin1', end, end + 2)).toBe('\r\n');
    body += bytes.toString('utf8', lineEnd + 2, end);
    bytes = bytes.subarray(end + 2);
    if (length === 0) return { body, rest: bytes.toString() };
  }
}

describe('a stream on its socket', () => {
  test('B1 C3: the head of HTTP/1.1, every event immediately, then the end, and the connection stays open', async () => {
    await using server = await startServer();
    const testLog = await TestLog.create(server.log);
    const client = server.raw(ask(eventsOf(testLog)));
    await eventually(() => expect(client.text).toContain('retry: '));
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const head = client.text.slice(0, client.text.indexOf('\r\n\r\n')).toLowerCase();
    expect(head).toContain('content-type: text/event-stream');
    expect(head).toContain('transfer-encoding: chunked');
    expect(head).toContain('x-accel-buffering: no');
    expect(head).toContain('cache-control: no-cache, no-transform');
    for (const text of ['one', 'zwei ✓', '三😀']) {
      await testLog.append(makeToken(text));
      await eventually(() => expect(client.text).toContain(text));
    }
    await testLog.complete();
    await eventually(() => expect(unchunked(client.text)).not.toBeNull());
    expect(unchunked(client.text)?.body).toMatch(/三😀[\s\S]*event: workflow:completed[^]*\n\n$/);
    expect(unchunked(client.text)?.rest).toBe('');

    client.socket.write(ask('/api/health'));
    await eventually(() => expect(unchunked(client.text)?.rest).toContain('"ok"'));
    expect(client.isEnded).toBe(false);
    client.socket.destroy();
  });

  test('pipelined requests are answered one after the other', async () => {
    await using server = await startServer();
    const [first, second] = [await TestLog.create(server.log), await TestLog.create(server.log)];
    const client = server.raw(ask(eventsOf(first)) + ask(eventsOf(second)) + ask('/api/health'));
    await eventually(() => expect(server.fanOut.readerCount(second.workflowId)).toBe(1));
    await second.append(makeToken('of the second'));
    await first.append(makeToken('of the first'));
    await eventually(() => expect(client.text).toContain('of the first'));
    expect(client.text).not.toContain('of the second');
    await second.complete();
    await first.complete();
    await eventually(() => expect(client.text).toContain('"ok"'));
    const one = unchunked(client.text);
    const two = unchunked(one?.rest ?? '');
    expect(one?.body).toMatch(/of the first[^]*workflow:completed/);
    expect(two?.body).toMatch(/of the second[^]*workflow:completed/);
    client.socket.destroy();
  });

  test('B1: a response to an HTTP/1.0 client is not chunked, and the connection ends with the stream', async () => {
    await using server = await startServer();
    const testLog = await TestLog.create(server.log);
    const client = server.raw(ask(eventsOf(testLog), '1.0'));
    await eventually(() => expect(client.text).toContain('retry: '));
    await testLog.append(makeToken('live'));
    await eventually(() => expect(client.text).toContain('live'));
    await testLog.complete();
    await eventually(() => expect(client.isEnded).toBe(true));
    const body = client.text.slice(client.text.indexOf('\r\n\r\n') + 4);
    expect(client.text.toLowerCase()).not.toContain('transfer-encoding');
    expect(body).toMatch(/^retry: \d+\n\nevent: token\n[^]*event: workflow:completed\n[^]*\n\n$/);
  });

  test('HEAD returns the head of a stream, and opens none', async () => {
    await using server = await startServer();
    const testLog = await TestLog.create(server.log);
    const response = await fetch(`${server.url}${eventsOf(testLog)}`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(server.fanOut.tailCount).toBe(0);
  });

  test('A13: nothing stays behind when a client disconnects', async () => {
    await using server = await startServer();
    const testLog = await TestLog.create(server.log);
    const client = server.raw(ask(eventsOf(testLog)));
    await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(1));
    client.socket.destroy();
    await eventually(() => expect(server.fanOut.tailCount).toBe(0));
    await testLog.append(makeToken('to nobody'));
    expect(server.errors).toEqual([]);
  });

  test('A10: a client that reads nothing delays no other, and later receives everything merged', async () => {
    await using server = await startServer();
    const testLog = await TestLog.create(server.log);
    const [slow, quick] = [server.raw(ask(eventsOf(testLog))), server.raw(ask(eventsOf(testLog)))];
    await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(2));
    slow.socket.pause();
    const large = 'x'.repeat(50_000);
    const COUNT = 400;
    for (let n = 0; n < COUNT; n += 20) {
      for (let m = n + 1; m <= n + 20; m += 1) await testLog.append(makeToken(`${large}[${m}]`));
      // Only its end: searching megabytes repeatedly takes minutes on a busy machine.
      await eventually(() => expect(quick.text.slice(-1000)).toContain(`[${n + 20}]`));
    }
    expect(slow.text).not.toContain(`[${COUNT}]`);
    await testLog.complete();
    slow.socket.resume();
    const numbersIn = (text: string) =>
      Array.from((unchunked(text)?.body ?? '').matchAll(/x\[(\d+)\]/g), ([, n]) => Number(n));
    await eventually(() => expect(slow.text.endsWith('\r\n0\r\n\r\n')).toBe(true));
    const everything = Array.from({ length: COUNT }, (_, index) => index + 1);
    expect(numbersIn(slow.text)).toEqual(everything);
    expect(numbersIn(quick.text)).toEqual(everything);
    slow.socket.destroy();
    quick.socket.destroy();
  });
});
