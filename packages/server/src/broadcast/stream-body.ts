/** The destination of one stream's bytes: a socket or the body of a `Response`. */
export interface StreamSink {
  /**
   * Writes bytes. They must not be changed afterwards, because streams share them.
   * @returns whether more can be written now. If false, do not write until `drained` is called.
   */
  write(bytes: Uint8Array): boolean;
  /** Ends the stream. */
  end(): void;
}

/** The notifications of a sink to its writer. */
export interface SinkListener {
  /** The sink takes more again, after a `write` that returned false. */
  drained(): void;
  /** The client has disconnected. */
  closed(): void;
}

/** Starts a stream, which then writes to the sink. */
export type StartStream = (sink: StreamSink) => SinkListener;

/** Streams that have not started yet, by their response body. */
const untouched = new WeakMap<ReadableStream<Uint8Array>, StartStream>();

/**
 * Makes a response body of a stream, for any Web-standard runtime. The stream starts when the body
 * is first read, and writes only when the client has taken the previous bytes.
 * @param options.signal returns the signal of the request, which aborts when the client
 *   disconnects.
 * @param options.forget called when the client disconnects before the stream started.
 */
export function streamBody(
  start: StartStream,
  { signal, forget }: { readonly signal: () => AbortSignal; readonly forget: () => void },
): ReadableStream<Uint8Array> {
  let sink: BodySink | null = null;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sink === null) {
          untouched.delete(body);
          sink = new BodySink(controller, signal());
          sink.begin(start);
        } else {
          sink.drained();
        }
      },
      cancel() {
        untouched.delete(body);
        if (sink === null) forget();
        else sink.closed();
      },
    },
    { highWaterMark: 0 },
  );
  untouched.set(body, start);
  return body;
}

/**
 * Takes a stream out of a response body, for servers that have a faster way to their clients than
 * web streams. Start the stream and do not read the body afterwards.
 * @returns `null` if the body is not such a stream or was read already.
 */
export function takeStream({ body }: Response): StartStream | null {
  if (body === null) return null;
  const start = untouched.get(body) ?? null;
  untouched.delete(body);
  return start;
}

/**
 * The body pulls the next chunk when the client has taken the last one, so each write waits for
 * that.
 */
class BodySink implements StreamSink {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.closed();
  #listener: SinkListener | null = null;
  #isAskedFor = true;
  #isClosed = false;

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, signal: AbortSignal) {
    this.#controller = controller;
    this.#signal = signal;
  }

  begin(start: StartStream): void {
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#listener = start(this);
    if (this.#signal.aborted) this.closed();
    // It was asked for more while `start` ran, when there was no listener yet.
    else if (this.#isAskedFor) this.#listener.drained();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isClosed) return false;
    this.#isAskedFor = false;
    this.#controller.enqueue(bytes);
    return this.#isAskedFor;
  }

  end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#controller.close();
  }

  drained(): void {
    this.#isAskedFor = true;
    this.#listener?.drained();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#listener?.closed();
    try {
      this.end();
    } catch {
      // The body was cancelled by its reader.
    }
  }
}
