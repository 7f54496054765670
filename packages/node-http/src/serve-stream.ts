import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { type StreamSink, takeStream } from '@runtape/server';
import { GzipSink } from './gzip-sink.ts';
import { ResponseSink } from './response-sink.ts';
import { SocketSink } from './socket-sink.ts';

export interface ServeStreamOptions {
  /** The response; nothing may have been written to it yet. */
  readonly outgoing: ServerResponse | Http2ServerResponse;
  /** The compression; each event is still sent immediately. Default: none. */
  readonly encoding?: 'gzip' | null | undefined;
  /**
   * Ends the stream when its client takes no more data. Default: the stream stays open for as long
   * as the system keeps the connection.
   */
  readonly stale?: Stale | undefined;
  /**
   * Releases the request, so that it is not kept in memory while the stream is open: all other
   * `close` listeners of the response are removed. For servers that do not use a request after its
   * response. Default: false.
   */
  readonly releasesRequest?: boolean | undefined;
}

/** When a client counts as stalled. */
export interface Stale {
  /** How long data may be pending without any of it being taken, in ms. */
  readonly afterMs: number;
  /** Called for each stream that is ended for this reason. */
  readonly onEnded: () => void;
}

/**
 * Writes a stream of the API directly to its client, including the head.
 * @returns false if the response has to be sent in the usual way: it is not a stream, or it uses
 *   HTTP/2.
 */
export function serveStream(
  response: Response,
  { outgoing, encoding = null, stale, releasesRequest = false }: ServeStreamOptions,
): boolean {
  // HTTP/2 frames differ for each client, so its streams are sent as web streams.
  if (!(outgoing instanceof ServerResponse)) return false;
  const start = takeStream(response);
  if (start === null) return false;
  // Headers set with `setHeader` would stay in memory while the stream is open.
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

/** A sink that reports free buffer space through `onDrain`. */
export interface NodeSink extends StreamSink {
  onDrain: () => void;
}

/**
 * HTTP/1.1 chunks can be framed once for all clients and written to the socket, if the response
 * owns it: of pipelined requests only the first does.
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

/** These listeners reference the web `Request` and its body. */
function releaseRequest(outgoing: ServerResponse): void {
  outgoing.removeAllListeners('close');
  const { req: incoming } = outgoing;
  if (incoming.readableEnded) incoming.removeAllListeners();
}
