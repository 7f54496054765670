import { yieldToEventLoop } from '@runtape/async';
import type { Connection, Streamed } from './connection.ts';

/** Above this, of hundreds of readers who are behind one goes on in each turn of the event loop. */
const LARGE_BYTES = 16 * 1024;

/** What a connection carries that is made piece by piece for it alone; the next is asked for when the client took the last. */
export class FramePump implements Streamed {
  readonly #connection: Connection;
  readonly #abort = new AbortController();
  #goOn: (() => void) | null = null;

  /** @param frames gets a signal that aborts when the connection is over. */
  constructor(
    connection: Connection,
    frames: (signal: AbortSignal) => AsyncGenerator<Uint8Array, void>,
  ) {
    this.#connection = connection;
    void this.#pump(frames(this.#abort.signal));
  }

  drained(): void {
    this.#goOn?.();
  }

  close(): void {
    this.#abort.abort();
    this.#goOn?.();
  }

  async #pump(frames: AsyncGenerator<Uint8Array, void>): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#untilWritable(signal);
      for await (const frame of frames) {
        // Of the past, of which hundreds of readers may take the next page at once. What happens now is small.
        if (frame.length > LARGE_BYTES) await yieldToEventLoop();
        await this.#untilWritable(signal);
        this.#connection.write(frame);
        await this.#untilWritable(signal);
      }
      this.#connection.complete();
    } catch (error) {
      if (!signal.aborted) this.#connection.fail(error);
    }
  }

  /** @throws the reason of the signal. */
  async #untilWritable(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.#connection.isWritable) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#goOn = resolve;
      await promise;
      this.#goOn = null;
      signal.throwIfAborted();
    }
  }
}
