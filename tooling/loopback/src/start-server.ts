import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Api, type ApiOptions, createApi } from '@runtape/server';
import { createInProcessQueue, createWorkflowStarter, type WorkflowQueue } from '@runtape/engine';
import { toNodeFetch, type NodeBindings, serveStream } from '@runtape/node-http';
import type { EventLog } from '@runtape/event-log';
import { githubContracts, githubPlugin } from '@runtape/github-workflows/server';
import { FanOut } from '@runtape/fan-out';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerOptions extends Partial<Omit<ApiOptions, 'log' | 'fanOut'>> {
  readonly log: EventLog;
  /** Default: a free one. */
  readonly port?: number;
  /** How long a tail is quiet before it reads the log, in ms. Default: that of the fan-out. */
  readonly quietCheckMs?: number;
  /** The queue for started workflows. Default: one without a consumer. */
  readonly queue?: WorkflowQueue;
  /**
   * Whether streams are written directly to their sockets, as in our server, or as web streams, as
   * on any runtime. Default: true.
   */
  readonly toSockets?: boolean;
  /**
   * Whether streams that are written to their sockets are compressed for clients that accept it.
   * Default: false.
   */
  readonly compresses?: boolean;
}

/** A real server on loopback, without workers. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly api: Api;
  readonly fanOut: FanOut;
  /** Unfinished responses, most of them open streams. */
  readonly answering: ReadonlySet<ServerResponse>;
  /** Paths of all requests so far. */
  readonly requests: readonly string[];
  /**
   * The `Last-Event-ID` of every stream request so far, and its time in ms of `performance.now`.
   */
  readonly streams: readonly { readonly lastEventId: string | null; readonly at: number }[];
  /** The total number of bytes written to its sockets. */
  sent(): number;
  /** Cuts every connection, and continues to serve. */
  cut(): void;
  /** The errors that `onError` received. */
  readonly errors: readonly unknown[];
  /** Ends like a dying process: sockets are cut without notice. */
  kill(): Promise<void>;
}

export async function startServer({
  log,
  port = 0,
  queue = createInProcessQueue(),
  quietCheckMs,
  toSockets = true,
  compresses = false,
  ...options
}: ServerOptions): Promise<TestServer> {
  const fanOut = new FanOut({ log, quietCheckMs });
  const errors: unknown[] = [];
  const requests: string[] = [];
  const streams: { lastEventId: string | null; at: number }[] = [];
  const sockets = new Set<Socket>();
  let sentBefore = 0;
  const answering = new Set<ServerResponse>();
  const api = createApi({
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue }),
    workflows: githubContracts,
    plugins: [githubPlugin({ allowLocal: true })],
    onError: (error) => errors.push(error),
    ...options,
  });
  const answer = toSockets ? toNodeFetch(api.fetch) : api.fetch;
  const compressed = async (request: Request, { outgoing }: NodeBindings): Promise<Response> => {
    const response = await api.fetch(request);
    const isAccepted = request.headers.get('accept-encoding')?.includes('gzip') === true;
    const encoding = isAccepted ? 'gzip' : null;
    return serveStream(response, { outgoing, encoding }) ? RESPONSE_ALREADY_SENT : response;
  };
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request, bindings) => {
      const { pathname } = new URL(request.url);
      requests.push(pathname);
      if (request.headers.get('accept')?.includes('text/event-stream') === true) {
        streams.push({ lastEventId: request.headers.get('last-event-id'), at: performance.now() });
      }
      return compresses ? compressed(request, bindings) : answer(request, bindings);
    },
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      sentBefore += socket.bytesWritten;
    });
  });
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  let killed: Promise<void> | null = null;

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function kill(): Promise<void> {
    cut();
    server.close();
    await once(server, 'close');
    await fanOut.close();
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    api,
    fanOut,
    answering,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, sentBefore),
    cut,
    requests,
    streams,
    errors,
    kill: () => (killed ??= kill()),
    [Symbol.asyncDispose]: () => (killed ??= kill()),
  };
}
