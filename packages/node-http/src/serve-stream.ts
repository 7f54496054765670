import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { type StreamSink, takeStream } from '@runtape/server';
import { GzipSink } from './gzip-sink.ts';
import { ResponseSink } from './response-sink.ts';
import { SocketSink } from './socket-sink.ts';

export interface ServeStreamOptions {
  /** Nothing was written to it yet. */
  readonly outgoing: ServerResponse | Http2ServerResponse;
  /** Compress it, every event still at once. Default: as it is. */
  readonly encoding?: 'gzip' | null | undefined;
  /**
   * Ends it when its client takes nothing any more. Default: it stays, for as long as the system
   * keeps the connection.
   */
  readonly stale?: Stale | undefined;
  /**
   * Lets go of the request, so that it is not held for as long as the stream is open: whatever else
   * listens for the end of the response is taken off. For servers that do nothing with a request
   * once it is answered. Default: false.
   */
  readonly releasesRequest?: boolean | undefined;
}

/** When nothing gets through to a client. */
export interface Stale {
  /** For how long there is something to send and none of it is taken, in ms. */
  readonly afterMs: number;
  /** Hears of each stream that was ended. */
  readonly onEnded: () => void;
}

/**
 * Writes a stream of the API straight to its client, head and all.
 * @returns false when it is to be sent as any other answer: it is no stream, or goes over HTTP/2.
 */
export function serveStream(
  response: Response,
  { outgoing, encoding = null, stale, releasesRequest = false }: ServeStreamOptions,
): boolean {
  // Frames of HTTP/2 are made for each client; its streams go the way of the Web.
  if (!(outgoing instanceof ServerResponse)) return false;
  const start = takeStream(response);
  if (start === null) return false;
  // Headers that are set one by one stay in memory for as long as the stream is open.
  const headers = [...response.headers].flat();
  if (encoding !== null) headers.push('Content-Encoding', encoding);
  outgoing.writeHead(response.status, headers);
  outgoing.flushHeaders();
  if (releasesRequest) releaseRequest(outgoing);
  const raw = sinkFor(outgoing, stale);
  const listener = start(encoding === null ? raw : new GzipSink(raw));
  raw.onDrain = () => listener.drained();
  outgoing.on('close', () => listener.closed());
  if (outgoing.destroyed) listener.closed();
  return true;
}

/** A sink of this package; who writes to it hears of room by `onDrain`. */
export interface NodeSink extends StreamSink {
  onDrain: () => void;
}

/**
 * Chunks of HTTP/1.1 may be framed once for all clients and go to the socket, if the answer has it:
 * of pipelined requests only the first has.
 */
function sinkFor(outgoing: ServerResponse, stale: Stale | undefined): NodeSink {
  const { socket, chunkedEncoding, writableLength } = outgoing;
  const isAlone = socket !== null && writableLength === 0;
  if (isAlone && chunkedEncoding) return new SocketSink({ outgoing, socket, stale });
  if (stale !== undefined) {
    outgoing.setTimeout(stale.afterMs, () => {
      if (!outgoing.destroyed) stale.onEnded();
      outgoing.destroy();
    });
  }
  return new ResponseSink(outgoing);
}

/** The Web's view of a request, and of a body that was read, hangs on these listeners. */
function releaseRequest(outgoing: ServerResponse): void {
  outgoing.removeAllListeners('close');
  const { req: incoming } = outgoing;
  if (incoming.readableEnded) incoming.removeAllListeners();
}
