import type { ServerResponse } from 'node:http';
import type { NodeSink } from './serve-stream.ts';

/**
 * A stream by the response's own `write`: for HTTP/1.0, and for an answer that has to wait for the
 * one before.
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
