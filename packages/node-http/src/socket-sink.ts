import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeSink } from './serve-stream.ts';

/** Framed already, by what is in them: the same bytes go to many sockets. */
const framed = new WeakMap<Uint8Array, Buffer>();

/**
 * A stream as chunks of HTTP/1.1, straight to its socket: `ServerResponse.write` would frame them anew for each client, in
 * four pieces.
 */
export class SocketSink implements NodeSink {
  onDrain: () => void = () => undefined;
  readonly #outgoing: ServerResponse;
  readonly #socket: Socket;

  /** @param outgoing its head was sent, nothing of it waits, and it is the answer that the socket is at. */
  constructor(outgoing: ServerResponse, socket: Socket) {
    this.#outgoing = outgoing;
    this.#socket = socket;
  }

  write(bytes: Uint8Array): boolean {
    // An empty chunk would end the body.
    if (bytes.length === 0) return true;
    if (this.#socket.write(chunkOf(bytes))) return true;
    this.#socket.once('drain', () => this.onDrain());
    return false;
  }

  end(): void {
    this.#outgoing.end();
  }
}

function chunkOf(bytes: Uint8Array): Buffer {
  const known = framed.get(bytes);
  if (known !== undefined) return known;
  const head = `${bytes.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafeSlow(head.length + bytes.length + 2);
  chunk.write(head, 0, 'latin1');
  chunk.set(bytes, head.length);
  chunk.write('\r\n', head.length + bytes.length, 'latin1');
  framed.set(bytes, chunk);
  return chunk;
}
