import { sessionOver } from '../../accounts/require-user.ts';
import { Connection, type Streamed, type StreamProtocol } from './connection.ts';
import { streamBody, type StreamSink } from './stream-body.ts';
import type { StreamContext } from './stream-context.ts';
import type { OpenStream } from '../../limits/stream-limiter.ts';
import type { Surface } from '../../metrics/observer.ts';

const MIN_RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
const encoder = new TextEncoder();

/**
 * Plain server-sent events: what is not an event is a comment, and an end without a terminal event
 * is a drop.
 */
const plain: StreamProtocol = {
  greeting: (ms) => encoder.encode(`retry: ${ms}\n\n`),
  heartbeat: encoder.encode(': heartbeat\n\n'),
  completed: null,
  // The client comes back by itself, with its cursor.
  failed: ({ message }) => encoder.encode(`: ${message}\n\n`),
  stopped: () => null,
};

export interface EventStreamOptions {
  readonly request: Request;
  /** Under which the stream is counted. */
  readonly surface: Surface;
  /** As how many streams it counts. Default: 1. */
  readonly count?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Let in already. Default: it is let in here. */
  readonly stream?: OpenStream | undefined;
  /** What is written beside the events. Default: that of plain server-sent events. */
  readonly protocol?: StreamProtocol | undefined;
  /** What an error is reported with. Default: the path of the URL. */
  readonly path?: string | undefined;
  /** Sent before the first frame. Default: nothing. */
  readonly greeting?: Uint8Array | undefined;
  /** Begins to write to a client. */
  readonly open: (connection: Connection) => Streamed;
}

/**
 * Answers with server-sent events: a `retry:`, what `open` writes, and heartbeats while there is
 * nothing.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function eventStream(ctx: StreamContext, options: EventStreamOptions): Response {
  const { request, surface, count, headers: given, greeting, protocol = plain, open } = options;
  const headers = { ...streamHeaders(request), ...given };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const { live, streams, random, report } = ctx;
  const { stream = streams.acquire({ ...ctx, surface, count }) } = options;
  const { path = new URL(request.url).pathname } = options;
  const start = (sink: StreamSink): Connection => {
    const { connections } = live;
    // Nothing of this call is kept with it: each open stream would hold its request.
    const connection = new Connection({ sink, stream, protocol, connections, report, path });
    connection.write(joined(protocol.greeting(retryMs(random)), greeting));
    live.connections.add(connection);
    if (stream.until !== null) connection.stopWhen(stream.expired, sessionOver);
    connection.carry(open(connection));
    return connection;
  };
  const body = streamBody(start, {
    signal: () => request.signal,
    forget: () => stream[Symbol.dispose](),
  });
  return new Response(body, { headers });
}

/** Spread out, so that the clients of a server that went away do not all come back at once. */
export function retryMs(random: () => number): number {
  return Math.round(MIN_RETRY_MS + random() * RETRY_SPREAD_MS);
}

function joined(first: Uint8Array, second: Uint8Array | undefined): Uint8Array {
  if (second === undefined) return first;
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** What keeps proxies from holding a stream back. */
const always = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * The headers of a stream. A client that wants its connection closed at the end waits for that, so
 * it is not told otherwise.
 */
export function streamHeaders({ headers }: Request): Record<string, string> {
  const isLast = headers.get('connection')?.toLowerCase() === 'close';
  return isLast ? { ...always } : { ...always, Connection: 'keep-alive' };
}
