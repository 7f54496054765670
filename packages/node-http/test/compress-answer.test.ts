import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createApi } from '@runtape/server';
import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { TestLog } from '@runtape/testing';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { compressAnswer, compressStream, serveStream } from '../src/index.ts';

async function serve() {
  const log = createMemoryEventLog({});
  const fanOut = new FanOut({ log });
  const errors: unknown[] = [];
  const api = createApi({
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: createInProcessQueue() }),
    onError: (error) => errors.push(error),
  });
  const server = createAdaptorServer({
    fetch: async (request, { outgoing }) => {
      const answer = await api.fetch(request);
      const stream = compressStream(request, answer);
      if (stream !== null && serveStream(answer, { ...stream, outgoing })) {
        return RESPONSE_ALREADY_SENT;
      }
      return compressAnswer(request, answer);
    },
    overrideGlobalObjects: false,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    log,
    fanOut,
    errors,
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await fanOut.close();
    },
  };
}

/** The encoded bytes: Node's HTTP client decodes nothing. */
async function ask(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers }, resolve).on('error', reject);
  return await promise;
}

function collect(stream: Readable): { readonly text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8').on('data', (piece: string) => {
    collected.text += piece;
  });
  return collected;
}

const eventually = (check: () => void) => vi.waitFor(check);
const eventsOf = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;

describe('E12: a compressed stream', () => {
  test('each event can be read before the next one is written', async () => {
    await using server = await serve();
    const testLog = await TestLog.create(server.log);
    const headers = { 'accept-encoding': 'br, gzip;q=0.5' };
    const answer = await ask(`${server.url}${eventsOf(testLog)}`, headers);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding'),
      'cache-control': 'no-cache, no-transform',
    });
    const read = collect(answer.pipe(createGunzip()));
    await eventually(() => expect(read.text).toMatch(/^retry: \d+\n\n$/));
    for (const message of ['one', 'two', 'three 😀']) {
      await testLog.status(message);
      await eventually(() => expect(read.text).toContain(`"message":"${message}"`));
    }
    const ended = once(answer, 'end');
    await testLog.complete();
    await ended;
    await eventually(() => expect(read.text).toContain(`id: ${testLog.idOf(4)}\n\n`));
  });

  test('is far smaller than a plain one', async () => {
    await using server = await serve();
    const testLog = await TestLog.create(server.log);
    for (let n = 0; n < 300; n += 1) await testLog.status(`Reading file ${n}`);
    await testLog.complete();
    const sizes = await Promise.all(
      ['identity', 'gzip'].map(async (encoding) => {
        const headers = { 'accept-encoding': encoding };
        const answer = await ask(`${server.url}${eventsOf(testLog)}`, headers);
        let bytes = 0;
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length;
        });
        await once(answer, 'end');
        return bytes;
      }),
    );
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) / 4);
  });

  test('A13: leaves nothing behind when its client disconnects', async () => {
    await using server = await serve();
    const testLog = await TestLog.create(server.log);
    const url = `${server.url}${eventsOf(testLog)}`;
    const answer = await ask(url, { 'accept-encoding': 'gzip' });
    answer.on('error', () => undefined);
    await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(1));
    answer.destroy();
    await eventually(() => expect(server.fanOut.tailCount).toBe(0));
    expect(server.errors).toEqual([]);
  });

  test('delivers large events completely', async () => {
    await using server = await serve();
    const large = Array.from({ length: 20_000 }, (_, n) => Math.sin(n).toString(36)).join(' ');
    const testLog = await TestLog.ended(server.log, large);
    const answer = await fetch(`${server.url}${eventsOf(testLog)}`);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.text()).toContain(JSON.stringify(large));
  });

  const hasCurl = spawnSync('curl', ['--version']).status === 0;
  test.skipIf(!hasCurl)('is read by curl --compressed, if curl is installed', async () => {
    await using server = await serve();
    const testLog = await TestLog.create(server.log);
    const url = `${server.url}${eventsOf(testLog)}`;
    const child = spawn('curl', ['--silent', '--no-buffer', '--compressed', '--fail', url]);
    const read = collect(child.stdout);
    await testLog.status('first');
    await eventually(() => expect(read.text).toContain('"message":"first"'));
    const closed = once(child, 'close');
    await testLog.complete();
    expect((await closed)[0]).toBe(0);
    expect(read.text).toContain('event: workflow:completed');
  });
});

describe('E12: left as it is', () => {
  test.each(['identity', 'gzip;q=0', 'br', 'deflate, br', undefined])(
    'for Accept-Encoding %j',
    async (encoding) => {
      await using server = await serve();
      const testLog = await TestLog.ended(server.log, 'x');
      const headers = encoding === undefined ? {} : { 'accept-encoding': encoding };
      const answer = await ask(`${server.url}${eventsOf(testLog)}`, { ...headers });
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(answer.headers['vary']).toContain('Accept-Encoding');
      const read = collect(answer);
      await once(answer, 'end');
      expect(read.text).toContain('event: workflow:completed');
    },
  );

  test('is a tRPC response, unless compression is requested', async () => {
    await using server = await serve();
    const testLog = await TestLog.ended(server.log, 'x');
    const input = encodeURIComponent(JSON.stringify({ json: { workflowId: testLog.workflowId } }));
    const headers = { 'accept-encoding': 'gzip', accept: 'text/event-stream' };
    for (const [query, encoding] of [
      ['', undefined],
      ['compress=1&', 'gzip'],
    ] as const) {
      const url = `${server.url}/trpc/onWorkflowEvents?${query}input=${input}`;
      const answer = await ask(url, headers);
      expect(answer.headers['content-encoding']).toBe(encoding);
      const read = collect(encoding === undefined ? answer : answer.pipe(createGunzip()));
      await eventually(() => expect(read.text).toContain('event: return'));
    }
  });

  test('JSON is compressed, and an answer without a body is not', async () => {
    await using server = await serve();
    const testLog = await TestLog.ended(server.log, 'x'.repeat(2000));
    const gzip = { 'accept-encoding': 'gzip' };
    const page = await fetch(`${server.url}/api/workflows/${testLog.workflowId}`, {
      headers: gzip,
    });
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(await page.json()).toMatchObject({ snapshot: { status: 'completed' } });
    const headers = { ...gzip, 'last-event-id': testLog.idOf(2) };
    const end = await ask(`${server.url}${eventsOf(testLog)}`, headers);
    expect([end.statusCode, end.headers['content-encoding']]).toEqual([204, undefined]);
  });

  test.each([
    ['{"a":1}', undefined],
    ['x'.repeat(1023), undefined],
    ['x'.repeat(1024), 'gzip'],
    ['ä'.repeat(60_000), 'gzip'],
  ])('is JSON below 1 KiB: %#', async (text, encoding) => {
    const request = new Request('http://x/api/health', { headers: { 'accept-encoding': 'gzip' } });
    const bytes = new TextEncoder().encode(text);
    const inPieces = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < bytes.length; at += 500) {
          controller.enqueue(bytes.subarray(at, at + 500));
        }
        controller.close();
      },
    });
    for (const body of [text, inPieces]) {
      const headers = { 'content-type': 'application/json' };
      const answer = await compressAnswer(request, new Response(body, { status: 201, headers }));
      expect([answer.status, answer.headers.get('content-encoding') ?? undefined]).toEqual([
        201,
        encoding,
      ]);
      expect(answer.headers.get('vary')).toBe('Accept-Encoding');
      const sent = new Uint8Array(await answer.arrayBuffer());
      const read = encoding === undefined ? sent : gunzipSync(sent);
      expect(new TextDecoder().decode(read)).toBe(text);
    }
  });

  test('A13: aborting a large response stops its producer', async () => {
    const request = new Request('http://x/api/health', { headers: { 'accept-encoding': 'gzip' } });
    const cancelled = vi.fn<(reason: unknown) => void>();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await nextTurn();
        controller.enqueue(new Uint8Array(2000));
      },
      cancel: cancelled,
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await compressAnswer(request, new Response(body, { headers }));
    await answer.body?.cancel();
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce());
  });
});
