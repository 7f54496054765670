import { Deadline } from '../limits/deadline.ts';
import { type ApiError, toApiError } from '../errors/api-error.ts';
import type { StreamChunk } from '../read/stream-workflow.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';
import type { Surface } from '../metrics/observer.ts';
import { eventsIn } from './sse-encoder.ts';
import type { EncodedBatch } from './broadcast-group.ts';
import type { SinkListener, StreamSink } from './stream-body.ts';
import type { ReaderOutput } from './workflow-reader.ts';

/** The bytes that are sent over a connection in addition to the events. */
export interface StreamProtocol {
  /**
   * Sent first.
   * @param retryMs the delay before the client reconnects after a broken connection, in ms.
   */
  readonly greeting: (retryMs: number) => Uint8Array;
  readonly heartbeat: Uint8Array;
  /** Sent after the last event. `null`: nothing is sent. */
  readonly completed: Uint8Array | null;
  /** Sent at the end of a failed stream. */
  readonly failed: (error: ApiError) => Uint8Array;
  /** Sent when the server ends a stream whose workflow continues. `null`: nothing is sent. */
  readonly stopped: (error: ApiError) => Uint8Array | null;
}

/** The source of the data that is sent over a connection. */
export interface StreamProducer {
  /** The connection is writable again. */
  drained(): void;
  /** The connection has ended. */
  close(): void;
}

export interface ClientConnectionOptions {
  readonly sink: StreamSink;
  readonly stream: OpenStream;
  readonly protocol: StreamProtocol;
  /** The collection that it is removed from when it ends. */
  readonly connections: { remove(connection: ClientConnection): void };
  /** Called with errors and the path where they occurred. */
  readonly report: (error: unknown, path: string) => void;
  readonly path: string;
}

/** The connection of one client: writes its bytes, knows whether it takes more, and ends it. */
export class ClientConnection implements SinkListener, ReaderOutput {
  readonly stream: OpenStream;
  /** The time of the last write, by `performance.now`. */
  quietSince = performance.now();
  readonly #options: ClientConnectionOptions;
  #producer: StreamProducer | null = null;
  #isWritable = true;
  #isClosed = false;
  #deadline: Deadline | null = null;

  constructor(options: ClientConnectionOptions) {
    this.#options = options;
    this.stream = options.stream;
  }

  /** Do not write while this is false; the data stays in the log until `drained`. */
  get isWritable(): boolean {
    return this.#isWritable && !this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param producer writes to the connection now and whenever it is writable again. */
  attach(producer: StreamProducer): void {
    this.#producer = producer;
    if (this.#isClosed) producer.close();
  }

  /**
   * Writes bytes and counts their events.
   * @param events the number of events in `bytes` that are not counted yet. Default: 0.
   * @returns whether it takes more.
   */
  write(bytes: Uint8Array, events = 0): boolean {
    if (this.#isClosed) return false;
    this.quietSince = performance.now();
    this.#isWritable = this.#options.sink.write(bytes);
    if (events > 0) this.stream.delivered(events);
    return this.isWritable;
  }

  writeChunk(chunk: StreamChunk, shared: Uint8Array): void {
    this.write(shared, eventsIn(chunk));
  }

  writeBatch({ bytes, events }: EncodedBatch): Surface | null {
    if (bytes === null) return null;
    this.stream.add(events);
    this.write(bytes);
    return this.stream.surface;
  }

  sendHeartbeat(): void {
    this.write(this.#options.protocol.heartbeat);
  }

  /** Ends the stream after all of it was sent. */
  complete(): void {
    this.stream.completed();
    this.#end(this.#options.protocol.completed);
  }

  /** Ends the stream after a failure; the client may reconnect with its cursor. */
  fail(error: unknown): void {
    this.stream.failed();
    this.refuse(error);
  }

  /** Ends the connection with an error, before the requested stream has started. */
  refuse(error: unknown): void {
    if (this.#isClosed) return;
    this.report(error);
    this.#end(this.#options.protocol.failed(toApiError(error)));
  }

  /** Reports an error to the server's `report`, not to the client. */
  report(error: unknown): void {
    const { report, path } = this.#options;
    report(error, path);
  }

  /** Ends the stream because the server is about to stop or the client may no longer read it. */
  stop(error: ApiError): void {
    this.#end(this.#options.protocol.stopped(error));
  }

  /**
   * Stops the stream at a time, such as the end of a link. Call it only once.
   * @param expiresAt in ms since 1970, as is `now`; `null`: never.
   */
  stopAt(expiresAt: number | null, now: () => number, why: () => ApiError): void {
    if (expiresAt === null) return;
    const deadline = new Deadline(expiresAt, now);
    this.#deadline = deadline;
    this.stopWhen(deadline.signal, why);
  }

  stopWhen(signal: AbortSignal, why: () => ApiError): void {
    if (signal.aborted) this.stop(why());
    else signal.addEventListener('abort', () => this.stop(why()), { once: true });
  }

  drained(): void {
    if (this.#isClosed) return;
    this.#isWritable = true;
    this.#producer?.drained();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.connections.remove(this);
    this.#producer?.close();
    this.#deadline?.[Symbol.dispose]();
    this.stream[Symbol.dispose]();
  }

  #end(last: Uint8Array | null): void {
    if (this.#isClosed) return;
    const { sink } = this.#options;
    this.closed();
    if (last !== null) sink.write(last);
    sink.end();
  }
}

/**
 * A `StreamProducer` that is looked up after the connection is open; it writes nothing before that.
 */
export class DeferredStream implements StreamProducer {
  readonly #connection: ClientConnection;
  #producer: StreamProducer | null = null;
  /**
   * The connection was drained before the stream was found, which may be waiting for exactly that.
   */
  #wasDrained = false;

  /**
   * @param find looks up the stream; `null` if the connection has ended in the meantime. If it
   *   rejects, the connection is refused.
   */
  constructor(connection: ClientConnection, find: () => Promise<StreamProducer | null>) {
    this.#connection = connection;
    void this.#open(find);
  }

  drained(): void {
    if (this.#producer === null) this.#wasDrained = true;
    else this.#producer.drained();
  }

  close(): void {
    this.#producer?.close();
  }

  async #open(find: () => Promise<StreamProducer | null>): Promise<void> {
    try {
      this.#producer = await find();
      if (this.#connection.isClosed) this.#producer?.close();
      else if (this.#wasDrained) this.#producer?.drained();
    } catch (error) {
      this.#connection.refuse(error);
    }
  }
}
