/** Where the bytes of one stream go: a socket, or the body of a Response. */
export interface StreamSink {
  /**
   * Takes bytes that nobody changes any more: other streams may have got the same ones.
   * @returns whether it takes more now. When not, nothing may be written before it says `drained`.
   */
  write(bytes: Uint8Array): boolean;
  /** Everything was written. */
  end(): void;
}

/** What a sink tells those who write to it. */
export interface SinkListener {
  /** It takes more again, after a `write` that returned false. */
  drained(): void;
  /** The client is gone. */
  closed(): void;
}

/** Begins a stream: everything that it has is written to the sink, from now on. */
export type StartStream = (sink: StreamSink) => SinkListener;

/** Streams of which nothing was read yet, by the body that would read them. */
const untouched = new WeakMap<ReadableStream<Uint8Array>, StartStream>();

/**
 * The body of a stream for any Web-standard runtime. Nothing runs before somebody reads it, and it
 * writes only when the client has taken what was written before.
 * @param signal of the request: aborts when the client leaves.
 * @param forget called when the client leaves before the stream began.
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
 * Takes a stream out of the body of its answer, for a server that has a faster way to its clients
 * than web streams. The body is not to be read any more, and the stream is to be started.
 * @returns `null` when the body is none of ours, or was read already.
 */
export function takeStream({ body }: Response): StartStream | null {
  if (body === null) return null;
  const start = untouched.get(body) ?? null;
  untouched.delete(body);
  return start;
}

/** The body asks for the next piece when the client took the last, so each write waits for that. */
class BodySink implements StreamSink {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.closed();
  #listener: SinkListener | null = null;
  #isAskedFor = true;
  #isOver = false;

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
    if (this.#isOver) return false;
    this.#isAskedFor = false;
    this.#controller.enqueue(bytes);
    return this.#isAskedFor;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#controller.close();
  }

  drained(): void {
    this.#isAskedFor = true;
    this.#listener?.drained();
  }

  closed(): void {
    if (this.#isOver) return;
    this.#listener?.closed();
    try {
      this.end();
    } catch {
      // Its reader has cancelled the body.
    }
  }
}
