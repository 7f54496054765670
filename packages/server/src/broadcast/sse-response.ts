import { concatBytes } from './concat-bytes.ts';
import { sessionExpired } from '../accounts/require-user.ts';
import { ClientConnection, type StreamProducer, type StreamProtocol } from './client-connection.ts';
import { streamBody, type StreamSink } from './stream-body.ts';
import type { StreamContext } from './stream-context.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';
import type { Surface } from '../metrics/observer.ts';

const MIN_RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
const encoder = new TextEncoder();

/**
 * Plain server-sent events: everything but events is a comment, and an end without a terminal event
 * means a dropped connection.
 */
const plain: StreamProtocol = {
  greeting: (ms) => encoder.encode(`retry: ${ms}\n\n`),
  heartbeat: encoder.encode(': heartbeat\n\n'),
  completed: null,
  // The client reconnects by itself, with its cursor.
  failed: ({ message }) => encoder.encode(`: ${message}\n\n`),
  stopped: () => null,
};

export interface SseResponseOptions {
  readonly request: Request;
  /** The surface for which the stream is counted. */
  readonly surface: Surface;
  /** The number of streams that it counts as. Default: 1. */
  readonly count?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The stream if the limiter has already admitted it. Default: it is admitted here. */
  readonly stream?: OpenStream | undefined;
  /**
   * What is written in addition to the events. Default: the protocol of plain server-sent events.
   */
  readonly protocol?: StreamProtocol | undefined;
  /** The path for error reports. Default: the path of the URL. */
  readonly path?: string | undefined;
  /** Sent before the first frame. Default: nothing. */
  readonly greeting?: Uint8Array | undefined;
  /** Starts the stream on a connection. */
  readonly open: (connection: ClientConnection) => StreamProducer;
}

/**
 * Responds with server-sent events: a `retry:` field, the events that `open` writes, and heartbeats
 * while idle.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function sseResponse(ctx: StreamContext, options: SseResponseOptions): Response {
  const {
    request,
    surface,
    count,
    headers: extraHeaders,
    greeting,
    protocol = plain,
    open,
  } = options;
  const headers = { ...streamHeaders(request), ...extraHeaders };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const { broadcaster, streams, random, report } = ctx;
  const { stream = streams.acquire({ ...ctx, surface, count }) } = options;
  const { path = new URL(request.url).pathname } = options;
  const start = (sink: StreamSink): ClientConnection => {
    const { connections } = broadcaster;
    // The connection must not reference `options`: each open stream would keep its request in
    // memory.
    const connection = new ClientConnection({ sink, stream, protocol, connections, report, path });
    const first = protocol.greeting(retryMs(random));
    connection.write(greeting === undefined ? first : concatBytes([first, greeting]));
    broadcaster.connections.add(connection);
    if (stream.expiresAt !== null) connection.stopWhen(stream.expired, sessionExpired);
    connection.attach(open(connection));
    return connection;
  };
  const body = streamBody(start, {
    signal: () => request.signal,
    forget: () => stream[Symbol.dispose](),
  });
  return new Response(body, { headers });
}

/**
 * Returns a random reconnect delay in ms, so that the clients of a stopped server do not all
 * reconnect together.
 */
export function retryMs(random: () => number): number {
  return Math.round(MIN_RETRY_MS + random() * RETRY_SPREAD_MS);
}

/** Headers that keep proxies from buffering a stream. */
const always = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * Returns the headers of a stream. A client that sends `Connection: close` waits for the connection
 * to close, so it gets no `keep-alive`.
 */
export function streamHeaders({ headers }: Request): Record<string, string> {
  const isLast = headers.get('connection')?.toLowerCase() === 'close';
  return isLast ? { ...always } : { ...always, Connection: 'keep-alive' };
}
