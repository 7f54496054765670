import { Deadline } from '../../limits/deadline.ts';
import { type ApiError, toApiError } from '../../errors/api-error.ts';
import type { StreamChunk } from './stream-workflow.ts';
import type { OpenStream } from '../../limits/stream-limiter.ts';
import type { Surface } from '../../metrics/observer.ts';
import { eventsIn } from './chunk-writer.ts';
import type { Portion } from './live-group.ts';
import type { SinkListener, StreamSink } from './stream-body.ts';
import type { ReaderOutput } from './workflow-reader.ts';

/** What goes over a connection beside the events themselves. */
export interface StreamProtocol {
  /**
   * Before everything else. @param retryMs after how long the client is to come back when the
   * connection breaks.
   */
  readonly greeting: (retryMs: number) => Uint8Array;
  readonly heartbeat: Uint8Array;
  /** Follows the last event. `null`: nothing does. */
  readonly completed: Uint8Array | null;
  /** Ends a stream that something went wrong with. */
  readonly failed: (error: ApiError) => Uint8Array;
  /** Ends a stream that we end, though its workflow goes on. `null`: it just ends. */
  readonly stopped: (error: ApiError) => Uint8Array | null;
}

/** What a connection carries. */
export interface Streamed {
  /** There is room again. */
  drained(): void;
  /** The connection is over. */
  close(): void;
}

export interface ConnectionOptions {
  readonly sink: StreamSink;
  readonly stream: OpenStream;
  readonly protocol: StreamProtocol;
  /** Where it is taken out of when it is over. */
  readonly connections: { remove(connection: Connection): void };
  /** Hears of what went wrong, at which path. */
  readonly report: (error: unknown, path: string) => void;
  readonly path: string;
}

/** One client that reads a stream: where its bytes go, whether it takes more, and how it ends. */
export class Connection implements SinkListener, ReaderOutput {
  readonly stream: OpenStream;
  /** When something was written last, in ms of `performance.now`. */
  quietSince = performance.now();
  readonly #options: ConnectionOptions;
  #streamed: Streamed | null = null;
  #isWritable = true;
  #isOver = false;
  #deadline: Deadline | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.stream = options.stream;
  }

  /** Nothing may be written while it is not: what would be waits, in the log, for `drained`. */
  get isWritable(): boolean {
    return this.#isWritable && !this.#isOver;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @param streamed begins to write, now and whenever there is room. */
  carry(streamed: Streamed): void {
    this.#streamed = streamed;
    if (this.#isOver) streamed.close();
  }

  /**
   * Writes events, already counted or not.
   * @param events how many are in it that nobody has counted yet. Default: none.
   * @returns whether it takes more.
   */
  write(bytes: Uint8Array, events = 0): boolean {
    if (this.#isOver) return false;
    this.quietSince = performance.now();
    this.#isWritable = this.#options.sink.write(bytes);
    if (events > 0) this.stream.delivered(events);
    return this.isWritable;
  }

  writeChunk(chunk: StreamChunk, shared: Uint8Array): void {
    this.write(shared, eventsIn(chunk));
  }

  writePortion({ bytes, events }: Portion): Surface | null {
    if (bytes === null) return null;
    this.stream.add(events);
    this.write(bytes);
    return this.stream.surface;
  }

  beat(): void {
    this.write(this.#options.protocol.heartbeat);
  }

  /** Everything of it was sent. */
  complete(): void {
    this.stream.completed();
    this.#end(this.#options.protocol.completed);
  }

  /** Something went wrong; the client may come back, with its cursor. */
  fail(error: unknown): void {
    this.stream.failed();
    this.refuse(error);
  }

  /** There is nothing for this client; the stream it asked for has not begun. */
  refuse(error: unknown): void {
    if (this.#isOver) return;
    this.report(error);
    this.#end(this.#options.protocol.failed(toApiError(error)));
  }

  /** Tells of what went wrong, here and not with the client. */
  report(error: unknown): void {
    const { report, path } = this.#options;
    report(error, path);
  }

  /** We end it: the server is about to stop, or who reads may do so no longer. */
  stop(error: ApiError): void {
    this.#end(this.#options.protocol.stopped(error));
  }

  /**
   * Stops at a time, such as the end of a link; to be called once.
   * @param until in ms since 1970, as is `now`; `null`: never.
   */
  stopAt(until: number | null, now: () => number, why: () => ApiError): void {
    if (until === null) return;
    const deadline = new Deadline(until, now);
    this.#deadline = deadline;
    this.stopWhen(deadline.signal, why);
  }

  stopWhen(signal: AbortSignal, why: () => ApiError): void {
    if (signal.aborted) this.stop(why());
    else signal.addEventListener('abort', () => this.stop(why()), { once: true });
  }

  drained(): void {
    if (this.#isOver) return;
    this.#isWritable = true;
    this.#streamed?.drained();
  }

  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.connections.remove(this);
    this.#streamed?.close();
    this.#deadline?.[Symbol.dispose]();
    this.stream[Symbol.dispose]();
  }

  #end(last: Uint8Array | null): void {
    if (this.#isOver) return;
    const { sink } = this.#options;
    this.closed();
    if (last !== null) sink.write(last);
    sink.end();
  }
}

/**
 * What a connection carries that is found out only once it is open: until then there is nothing to
 * write.
 */
export class Opening implements Streamed {
  readonly #connection: Connection;
  #streamed: Streamed | null = null;
  /**
   * There was room again when nobody was there to be told: what was found meanwhile may wait for
   * just that.
   */
  #wasDrained = false;

  /**
   * @param find what to carry, or `null` when the connection was over meanwhile. Where it fails,
   *   the connection is refused.
   */
  constructor(connection: Connection, find: () => Promise<Streamed | null>) {
    this.#connection = connection;
    void this.#open(find);
  }

  drained(): void {
    if (this.#streamed === null) this.#wasDrained = true;
    else this.#streamed.drained();
  }

  close(): void {
    this.#streamed?.close();
  }

  async #open(find: () => Promise<Streamed | null>): Promise<void> {
    try {
      this.#streamed = await find();
      if (this.#connection.isOver) this.#streamed?.close();
      else if (this.#wasDrained) this.#streamed?.drained();
    } catch (error) {
      this.#connection.refuse(error);
    }
  }
}
