import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeSink, Stale } from './serve-stream.ts';

const CR = 13;
const LF = 10;
/**
 * Larger pieces, such as pages of history, are kept framed, so that clients who stop reading hold
 * the same one.
 */
const KEPT_BYTES = 4096;
const framed = new WeakMap<Uint8Array, Buffer>();
/** Smaller ones go to all who wait for them one after the other, and to nobody later. */
let framedLast: { readonly bytes: Uint8Array; readonly chunk: Buffer } | undefined;

export interface SocketSinkOptions {
  /** Its head was sent, nothing of it waits, and it is the answer that the socket is at. */
  readonly outgoing: ServerResponse;
  readonly socket: Socket;
  readonly stale: Stale | undefined;
}

/**
 * A stream as chunks of HTTP/1.1, straight to its socket: `ServerResponse.write` would frame them
 * anew for each client, in four pieces.
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
    // What the system takes at once never waits here.
    if (socket.writableLength > 0) this.#watch();
    if (!takesMore) socket.once('drain', () => this.onDrain());
    return takesMore;
  }

  end(): void {
    this.#outgoing.end();
  }

  /**
   * A timer of its own has only who has something to take: most streams are idle most of the time.
   */
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
    // Begins anew whenever something gets through, also of what is being sent.
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
  // Not from the pool: a client that stops reading would hold all of it for one small frame.
  const chunk = Buffer.allocUnsafeSlow(head.length + bytes.length + 2);
  chunk.write(head, 0, 'latin1');
  chunk.set(bytes, head.length);
  chunk[chunk.length - 2] = CR;
  chunk[chunk.length - 1] = LF;
  return chunk;
}
