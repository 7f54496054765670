import { yieldToEventLoop } from '@runtape/async';
import type { Connection, Streamed } from './connection.ts';
import type { ReadingTurns } from './reading-turns.ts';
import type { ReaderEnd } from './workflow-reader.ts';

/** Above this, of hundreds of readers who are behind one goes on in each turn of the event loop. */
const LARGE_BYTES = 16 * 1024;

export interface FramePumpOptions {
  /** Hears how it ends. Default: the connection ends in the same way. */
  readonly end?: ReaderEnd | undefined;
  /** Of the other parts of the same stream, only so many read at once. Default: there are none. */
  readonly turns?: ReadingTurns | undefined;
}

/** What frames are made with. */
export interface PumpStart {
  /** Aborts when the connection is over. */
  readonly signal: AbortSignal;
  /** To be called when there is nothing to read for now: then another may read. */
  readonly onWait: () => void;
}

/** What a connection carries that is made piece by piece for it alone; the next is asked for when the client took the last. */
export class FramePump implements Streamed {
  readonly #connection: Connection;
  readonly #abort = new AbortController();
  readonly #end: ReaderEnd;
  readonly #turns: ReadingTurns | undefined;
  #goOn: (() => void) | null = null;

  constructor(
    connection: Connection,
    frames: (start: PumpStart) => AsyncGenerator<Uint8Array, void>,
    { end = connection, turns }: FramePumpOptions = {},
  ) {
    this.#connection = connection;
    this.#end = end;
    this.#turns = turns;
    const onWait = (): void => turns?.release(this);
    void this.#pump(frames({ signal: this.#abort.signal, onWait }));
  }

  drained(): void {
    this.#goOn?.();
  }

  close(): void {
    this.#abort.abort();
    this.#goOn?.();
    this.#turns?.release(this);
  }

  async #pump(frames: AsyncGenerator<Uint8Array, void>): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#untilWritable(signal);
      await this.#turns?.take(this, signal);
      for await (const frame of frames) {
        // Of the past, of which hundreds of readers may take the next page at once. What happens now is small.
        if (frame.length > LARGE_BYTES) await yieldToEventLoop();
        await this.#untilWritable(signal);
        this.#connection.write(frame);
        this.#turns?.release(this);
        await this.#untilWritable(signal);
        await this.#turns?.take(this, signal);
      }
      if (!signal.aborted) this.#end.complete();
    } catch (error) {
      if (!signal.aborted) this.#end.fail(error);
    } finally {
      this.#turns?.release(this);
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
