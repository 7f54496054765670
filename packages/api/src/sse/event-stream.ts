import { yieldToEventLoop } from '@runtape/async';
import { LinkedAbort } from '../abort.ts';
import { toApiError } from '../errors.ts';
import type { Serving } from '../routes/route.ts';
import type { OpenStream, Surface } from '../streams/open-streams.ts';
import { pulledBody } from './pulled-body.ts';
import { streamHeaders } from './stream-headers.ts';
import { HEARTBEAT, withHeartbeat } from './with-heartbeat.ts';

const MIN_RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
const LARGE_BYTES = 16 * 1024;
const encoder = new TextEncoder();
const heartbeatFrame = encoder.encode(': heartbeat\n\n');

/** What frames are made with. */
export interface Opened {
  readonly stream: OpenStream;
  /** Aborts when the client leaves, its session ends, or the server is about to stop. */
  readonly signal: AbortSignal;
}

export interface EventStreamOptions {
  readonly request: Request;
  /** Under which the stream is counted. */
  readonly surface: Surface;
  /** As how many streams it counts. Default: 1. */
  readonly count?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Let in already. Default: it is let in here. */
  readonly stream?: OpenStream | undefined;
  /** Sent before the first frame. Default: nothing. */
  readonly greeting?: Uint8Array | undefined;
  /** The stream itself, piece by piece; asked for the next when the client took the last. */
  readonly frames: (opened: Opened) => AsyncGenerator<Uint8Array, void>;
}

/**
 * Answers with server-sent events: a `retry:`, the frames, and heartbeats while there are none.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function eventStream(serving: Serving, options: EventStreamOptions): Response {
  const { request, surface, count, headers } = options;
  const left = new AbortController();
  if (request.method === 'HEAD') {
    return new Response(null, { headers: { ...streamHeaders(request), ...headers } });
  }
  const { context } = serving;
  const { stream = context.streams.admit({ ...context, surface, count }) } = options;
  const pieces = piecesOf(serving, options, { stream, left: [request.signal, left.signal] });
  const body = pulledBody(pieces, async () => {
    left.abort();
    await pieces.return();
    // A generator that nobody has read from yet has nothing to clean up, and so does not.
    stream[Symbol.dispose]();
  });
  return new Response(body, { headers: { ...streamHeaders(request), ...headers } });
}

async function* piecesOf(
  { context, heartbeatMs, random, report }: Serving,
  { request, greeting, frames }: EventStreamOptions,
  opened: { readonly stream: OpenStream; readonly left: readonly AbortSignal[] },
): AsyncGenerator<Uint8Array, void> {
  using stream = opened.stream;
  using abort = new LinkedAbort(...opened.left, context.draining, stream.expired);
  const { signal } = abort;
  // Spread out, so that the clients of a server that went away do not all come back at once.
  yield encoder.encode(`retry: ${Math.round(MIN_RETRY_MS + random() * RETRY_SPREAD_MS)}\n\n`);
  if (greeting !== undefined) yield greeting;
  try {
    for await (const piece of withHeartbeat(frames({ stream, signal }), heartbeatMs)) {
      if (piece === HEARTBEAT) {
        yield heartbeatFrame;
      } else {
        // Of the past, of which hundreds of readers may take the next page at once. What happens now is small.
        if (piece.length > LARGE_BYTES) {
          await yieldToEventLoop();
          signal.throwIfAborted();
        }
        yield piece;
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    // The client comes back by itself, with its cursor: a body that ends before it is told of an end is a drop.
    report(error, new URL(request.url).pathname);
    yield encoder.encode(`: ${toApiError(error).message}\n\n`);
  }
}
