import { once } from 'node:events';
import { createServer, get, IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createInProcessQueue, createWorkflowStarter, defineContract } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { createApi } from '@runtape/server';
import { makeToken, TestLog } from '@runtape/testing';
import compression from 'compression';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { clientAddressOf, toNextHandlers, toNodeHandler } from '../src/index.ts';

const eventually = (check: () => void) => vi.waitFor(check);
const greet = defineContract({ name: 'greet', input: z.object({ name: z.string() }) });
const startedSchema = z.object({ workflowId: z.string(), created: z.boolean() });

interface Api {
  readonly fetch: (request: Request) => Promise<Response>;
}

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return address.port;
}

async function listen(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Serves an API below `/flows` as somebody would in a server of their own. */
const servers: Record<string, (api: Api) => Promise<Listening>> = {
  'node:http': (api) => listen(createServer(toNodeHandler(api))),
  'Express 5': (api) => listen(createServer(express().use('/flows', toNodeHandler(api)))),
  'Express 5 behind express.json() and compression()': (api) => {
    const app = express().use(compression(), express.json());
    return listen(createServer(app.use('/flows', toNodeHandler(api))));
  },
  'Express 5 without a mount path': (api) =>
    listen(createServer(express().use(toNodeHandler(api)))),
  'Express 4': (api) => listen(createServer(express4().use('/flows', toNodeHandler(api)))),
  'Express 4 behind express.json()': (api) =>
    listen(createServer(express4().use(express4.json()).use('/flows', toNodeHandler(api)))),
  Fastify: async (api) => {
    const app = fastify({ forceCloseConnections: true });
    app.all('/flows/*', toNodeHandler(api));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: portOf(app.server), close: () => app.close() };
  },
  'Hono by fetch': (api) => {
    const app = new Hono().all('/flows/*', (c) => api.fetch(c.req.raw));
    return listen(ofHono(app));
  },
  'route handlers of Next by fetch': (api) => {
    const handlers = toNextHandlers(api);
    const app = new Hono()
      .get('/flows/*', (c) => handlers.GET(c.req.raw))
      .post('/flows/*', (c) => handlers.POST(c.req.raw));
    return listen(ofHono(app));
  },
};

function ofHono(app: Hono): Server {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  if ('closeAllConnections' in server) return server;
  throw new TypeError('It is not a server of HTTP/1.');
}

/** An API in memory, which also takes requests below `/flows`. */
function makeApi(options: { readonly sharesTrpcStreams?: boolean } = {}) {
  const log = createMemoryEventLog({});
  const fanOut = new FanOut({ log });
  const errors: unknown[] = [];
  const requests: Request[] = [];
  const api = createApi({
    ...options,
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: createInProcessQueue() }),
    workflows: [greet],
    onError: (error) => errors.push(error),
  });
  return {
    log,
    fanOut,
    errors,
    requests,
    fetch: async (request: Request) => {
      requests.push(request);
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/^\/flows/, '');
      return await api.fetch(new Request(url, request));
    },
    [Symbol.asyncDispose]: () => fanOut.close(),
  };
}

async function serve(start: (api: Api) => Promise<Listening>) {
  await using starting = new AsyncDisposableStack();
  const api = starting.use(makeApi());
  const server = starting.adopt(await start(api), (listening) => listening.close());
  const rest = starting.move();
  const url = `http://127.0.0.1:${server.port}/flows`;
  return { ...api, url, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** Reads a stream as it arrives. */
async function follow(url: string, init?: RequestInit) {
  const leaving = new AbortController();
  const response = await fetch(url, { ...init, signal: leaving.signal });
  const received = { text: '', isEnded: false, response, leave: () => leaving.abort() };
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) received.text += decoder.decode(piece);
    received.isEnded = true;
  };
  void read().catch(() => undefined);
  return received;
}

const post = (url: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe.each(Object.keys(servers))('the API in %s', (name) => {
  const start = servers[name] ?? servers['node:http'];
  if (start === undefined) throw new Error('There is no such server.');

  test('A5: a workflow is started with a JSON body, and a wrong one is refused', async () => {
    await using server = await serve(start);
    const started = await post(`${server.url}/api/workflows`, {
      workflow: 'greet',
      input: { name: 'Ada 😀' },
    });
    expect(started.status).toBe(201);
    const { workflowId } = startedSchema.parse(await started.json());
    const record = await fetch(`${server.url}/api/workflows/${workflowId}`);
    expect(await record.json()).toMatchObject({ snapshot: { workflowId, workflow: 'greet' } });
    const wrong = await post(`${server.url}/api/workflows`, { workflow: 'greet', input: {} });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ error: { code: 'invalid_input' } });
    const trpc = await post(`${server.url}/trpc/start`, {
      json: { workflow: 'greet', input: { name: 'Grace' } },
    });
    expect(trpc.status).toBe(200);
    expect((await fetch(`${server.url}/api/nothing`)).status).toBe(404);
    expect(server.errors).toEqual([]);
  });

  test('A5: every event of a stream arrives at once, then the stream ends', async () => {
    await using server = await serve(start);
    const testLog = await TestLog.create(server.log);
    const stream = await follow(`${server.url}/api/workflows/${testLog.workflowId}/events`);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    for (const text of ['one', 'zwei ✓', '三😀']) {
      await testLog.append(makeToken(text));
      await eventually(() => expect(stream.text).toContain(text));
    }
    expect(stream.isEnded).toBe(false);
    await testLog.complete();
    await eventually(() => expect(stream.isEnded).toBe(true));
    expect(stream.text).toContain('event: workflow:completed');
  });

  test('A13: nothing stays behind when a client disconnects', async () => {
    await using server = await serve(start);
    const testLog = await TestLog.create(server.log);
    const events = `${server.url}/api/workflows/${testLog.workflowId}/events`;
    const streams = [await follow(events), await follow(events)];
    await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(2));
    for (const { leave } of streams) leave();
    await eventually(() => expect(server.fanOut.tailCount).toBe(0));
    await testLog.append(makeToken('to nobody'));
    expect(server.errors).toEqual([]);
  });
});

describe('toNodeHandler', () => {
  test('A5: a stream that tRPC encodes itself is sent piece by piece, and is cancelled', async () => {
    await using api = makeApi({ sharesTrpcStreams: false });
    const server = await listen(createServer(toNodeHandler(api)));
    const testLog = await TestLog.create(api.log);
    const input = encodeURIComponent(JSON.stringify({ json: { workflowId: testLog.workflowId } }));
    const url = `http://127.0.0.1:${server.port}/trpc/onWorkflowEvents?input=${input}`;
    const [stream, other] = [await follow(url), await follow(url)];
    await testLog.append(makeToken('first'));
    await eventually(() => expect(stream.text).toContain('first'));
    stream.leave();
    await eventually(() => expect(api.fanOut.readerCount(testLog.workflowId)).toBe(1));
    await testLog.complete();
    await eventually(() => expect(other.isEnded).toBe(true));
    expect(api.errors).toEqual([]);
    await server.close();
  });

  test('A5: over HTTP/2 events arrive at once, and leaving is noticed', async () => {
    await using api = makeApi();
    const handle = toNodeHandler(api);
    const server = createHttp2Server(handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${portOf(server)}`);
    const testLog = await TestLog.create(api.log);
    const stream = session.request({ ':path': `/api/workflows/${testLog.workflowId}/events` });
    let text = '';
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const [head] = await once(stream, 'response');
    expect(head).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' });
    await testLog.append(makeToken('live'));
    await eventually(() => expect(text).toContain('live'));
    stream.close();
    await eventually(() => expect(api.fanOut.tailCount).toBe(0));
    const started = session.request({
      ':method': 'POST',
      ':path': '/api/workflows',
      'content-type': 'application/json',
    });
    started.end(JSON.stringify({ workflow: 'greet', input: { name: 'Ada' } }));
    const [answer] = await once(started, 'response');
    expect(answer).toMatchObject({ ':status': 201 });
    session.close();
    server.close();
  });

  test('E12: streams and answers are compressed unless that is turned off', async () => {
    await using api = makeApi();
    const encodings: (string | null)[] = [];
    for (const compress of [true, false]) {
      const server = await listen(createServer(toNodeHandler(api, { compress })));
      const testLog = await TestLog.create(api.log);
      const url = `http://127.0.0.1:${server.port}`;
      const stream = await follow(`${url}/api/workflows/${testLog.workflowId}/events`);
      await testLog.append(makeToken('live'));
      await eventually(() => expect(stream.text).toContain('live'));
      const document = await fetch(`${url}/api/openapi.json`);
      expect(await document.json()).toMatchObject({ openapi: expect.any(String) });
      encodings.push(stream.response.headers.get('content-encoding'));
      encodings.push(document.headers.get('content-encoding'));
      await server.close();
    }
    expect(encodings).toEqual(['gzip', 'gzip', null, null]);
  });

  test('K2: the address of a client is known, and that of a trusted proxy is not taken for it', async () => {
    const addresses: (string | undefined)[] = [];
    const api = {
      fetch: async (request: Request) => {
        addresses.push(clientAddressOf(request));
        return new Response('ok');
      },
    };
    const app = express().set('trust proxy', 1).use(toNodeHandler(api));
    for (const handle of [toNodeHandler(api), app]) {
      const server = await listen(createServer(handle));
      const headers = { 'x-forwarded-for': '2001:db8:1:2:3::1' };
      await fetch(`http://127.0.0.1:${server.port}/`, { headers });
      await server.close();
    }
    expect(addresses).toEqual(['127.0.0.1', '2001:db8:1:2::/64']);
    expect(clientAddressOf(new Request('http://127.0.0.1/'))).toBeUndefined();
  });

  test('A5: an answer waits for a client that does not read, and arrives whole', async () => {
    const COUNT = 400;
    let made = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          if (made === COUNT) return controller.close();
          made += 1;
          controller.enqueue(new Uint8Array(100_000).fill(made));
        },
      },
      { highWaterMark: 0 },
    );
    const server = await listen(
      createServer(toNodeHandler({ fetch: async () => new Response(body) })),
    );
    const [response] = await once(get(`http://127.0.0.1:${server.port}/`), 'response');
    if (!(response instanceof IncomingMessage)) throw new TypeError('It is no response.');
    await eventually(() => expect(made).toBeGreaterThan(0));
    expect(made).toBeLessThan(COUNT);
    let [bytes, isInOrder] = [0, true];
    for await (const piece of response.iterator()) {
      if (!Buffer.isBuffer(piece)) throw new TypeError('It is no piece.');
      isInOrder &&= piece[0] === (Math.floor(bytes / 100_000) + 1) % 256;
      bytes += piece.length;
    }
    expect({ bytes, isInOrder }).toEqual({ bytes: COUNT * 100_000, isInOrder: true });
    await server.close();
  });

  test('headers that others have set stay, and two cookies stay two', async () => {
    const api = {
      fetch: async () => {
        const headers = new Headers({ Vary: 'Cookie' });
        headers.append('Set-Cookie', 'a=1');
        headers.append('Set-Cookie', 'b=2');
        return new Response('ok', { headers });
      },
    };
    const app = express().use((_request, response, next) => {
      response.setHeader('Vary', 'Origin').setHeader('X-Mine', 'yes');
      next();
    });
    const server = await listen(createServer(app.use(toNodeHandler(api))));
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('vary')?.split(', ').toSorted()).toEqual([
      'Accept-Encoding',
      'Cookie',
      'Origin',
    ]);
    expect(headers.get('x-mine')).toBe('yes');
    await server.close();
  });

  test('what fails is reported, goes to the error handler of Express, and never ends the process', async () => {
    const failure = new Error('It is broken.');
    const api = { fetch: () => Promise.reject(failure) };
    const errors: unknown[] = [];
    const plain = await listen(
      createServer(toNodeHandler(api, { onError: (error) => errors.push(error) })),
    );
    const response = await fetch(`http://127.0.0.1:${plain.port}/`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: 'internal' } });
    expect(errors).toEqual([failure]);
    await plain.close();

    const app = express().use(toNodeHandler(api));
    const passed: unknown[] = [];
    app.use(
      (
        error: unknown,
        _request: express.Request,
        answer: express.Response,
        _next: express.NextFunction,
      ) => {
        passed.push(error);
        answer.sendStatus(503);
      },
    );
    const server = await listen(createServer(app));
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(503);
    expect(passed).toEqual([failure]);
    await server.close();
  });

  test('a body that something else has read is named as the cause', async () => {
    await using api = makeApi();
    const errors: unknown[] = [];
    const handle = toNodeHandler(api, { onError: (error) => errors.push(error) });
    const server = await listen(
      createServer((request, response) => {
        request.resume().once('end', () => handle(request, response));
      }),
    );
    const response = await post(`http://127.0.0.1:${server.port}/api/workflows`, { a: 1 });
    expect(response.status).toBe(500);
    expect(errors).toMatchObject([{ code: 'body_already_read' }]);
    await server.close();
  });

  test('a request that names no host, or a strange one, is answered', async () => {
    await using api = makeApi();
    const server = await listen(createServer({ requireHostHeader: false }, toNodeHandler(api)));
    const statusFor = async (head: string): Promise<string> => {
      const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
      let text = '';
      socket.on('data', (piece: string) => (text += piece));
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      await once(socket, 'close');
      return text.split(' ')[1] ?? '';
    };
    expect(await statusFor('GET /api/health HTTP/1.1')).toBe('200');
    expect(await statusFor('GET //evil.example/api/health HTTP/1.1\r\nHost: a')).toBe('404');
    expect(await statusFor('GET /api/health HTTP/1.1\r\nHost: a/b?c')).toBe('400');
    expect(await statusFor('OPTIONS * HTTP/1.1\r\nHost: a')).toBe('400');
    expect(await statusFor('TRACE /api/health HTTP/1.1\r\nHost: a')).toBe('400');
    await server.close();
  });
});
