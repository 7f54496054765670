import type { ServerResponse } from 'node:http';
import type { NodeSink } from './serve-stream.ts';

/**
 * Writes a stream with the response's own `write`: for HTTP/1.0, and for a pipelined response that
 * has to wait for the previous one.
 */
export class ResponseSink implements NodeSink {
  onDrain: () => void = () => undefined;
  readonly #outgoing: ServerResponse;

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    if (this.#outgoing.write(bytes)) return true;
    this.#outgoing.once('drain', () => this.onDrain());
    return false;
  }

  end(): void {
    this.#outgoing.end();
  }
}
