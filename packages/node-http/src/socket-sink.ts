import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeSink, Stale } from './serve-stream.ts';

const CR = 13;
const LF = 10;
/**
 * Larger chunks, such as pages of history, are cached framed, so that clients that stop reading
 * share one copy.
 */
const KEPT_BYTES = 4096;
const framed = new WeakMap<Uint8Array, Buffer>();
/**
 * Smaller chunks are written to all waiting clients in a row and not used later: the last one
 * suffices.
 */
let framedLast: { readonly bytes: Uint8Array; readonly chunk: Buffer } | undefined;

export interface SocketSinkOptions {
  /** Its head is sent, none of its data is pending, and it owns the socket. */
  readonly outgoing: ServerResponse;
  readonly socket: Socket;
  readonly stale: Stale | undefined;
}

/**
 * Writes a stream as HTTP/1.1 chunks directly to the socket: `ServerResponse.write` would frame
 * them again for each client, in four pieces.
 */
export class SocketSink implements NodeSink {
  onDrain: () => void = () => undefined;
  readonly #outgoing: ServerResponse;
  readonly #socket: Socket;
  readonly #stale: Stale | undefined;
  #isWatched = false;

  constructor({ outgoing, socket, stale }: SocketSinkOptions) {
    this.#outgoing = outgoing;
    this.#socket = socket;
    this.#stale = stale;
  }

  write(bytes: Uint8Array): boolean {
    // An empty chunk would end the body.
    if (bytes.length === 0) return true;
    const socket = this.#socket;
    const takesMore = socket.write(chunkOf(bytes));
    // Data that the system takes immediately is never pending.
    if (socket.writableLength > 0) this.#watch();
    if (!takesMore) socket.once('drain', () => this.onDrain());
    return takesMore;
  }

  end(): void {
    this.#outgoing.end();
  }

  /** Only a connection with pending data has a timer: most streams are idle. */
  #watch(): void {
    const stale = this.#stale;
    if (stale === undefined || this.#isWatched) return;
    this.#isWatched = true;
    const outgoing = this.#outgoing;
    outgoing.once('timeout', () => {
      this.#isWatched = false;
      if (this.#socket.writableLength === 0) {
        outgoing.setTimeout(0);
        return;
      }
      if (!outgoing.destroyed) stale.onEnded();
      outgoing.destroy();
    });
    // The timer restarts whenever data gets through, even part of a pending write.
    outgoing.setTimeout(stale.afterMs);
  }
}

function chunkOf(bytes: Uint8Array): Buffer {
  if (framedLast?.bytes === bytes) return framedLast.chunk;
  const chunk = framed.get(bytes) ?? frame(bytes);
  if (bytes.length > KEPT_BYTES) framed.set(bytes, chunk);
  else framedLast = { bytes, chunk };
  return chunk;
}

function frame(bytes: Uint8Array): Buffer {
  const head = `${bytes.length.toString(16)}\r\n`;
  // Not from the pool: a client that stops reading would keep a whole pool buffer for one small
  // frame.
  const chunk = Buffer.allocUnsafeSlow(head.length + bytes.length + 2);
  chunk.write(head, 0, 'latin1');
  chunk.set(bytes, head.length);
  chunk[chunk.length - 2] = CR;
  chunk[chunk.length - 1] = LF;
  return chunk;
}
