import {
  type ConnectionState,
  createRuntapeClient,
  type FollowOptions,
  type RuntapeClient,
  type RuntapeClientOptions,
  type StreamProblem,
  type ThreadEntry,
} from '@runtape/client';
import type { Replay, StreamEntry } from '@runtape/events';

type Followed = Pick<FollowOptions, 'signal' | 'replay' | 'onConnection' | 'onProblem'> & {
  readonly after?: string | undefined;
};

/** One call of `client.follow` or `client.followThread`, controlled by the test. */
export class FakeStream<Entry = StreamEntry> {
  /** The id of the workflow or thread. */
  readonly id: string;
  readonly after: string | undefined;
  readonly replay: Replay | undefined;
  readonly #signal: AbortSignal;
  readonly #options: Followed;
  readonly #waiting: Entry[] = [];
  #end: { readonly error: Error | null } | null = null;
  #wake = (): void => {};
  #drained = Promise.withResolvers<void>();
  #isOpen = true;

  constructor(id: string, options: Followed) {
    if (options.signal === undefined) throw new TypeError('It is followed without a signal.');
    this.id = id;
    this.after = options.after;
    this.replay = options.replay;
    this.#signal = options.signal;
    this.#options = options;
    this.#signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  connection(state: ConnectionState): void {
    this.#options.onConnection?.(state);
  }

  problem(problem: StreamProblem): void {
    this.#options.onProblem?.(problem);
  }

  /** Sends entries; resolves when all of them were read. */
  send(...entries: readonly Entry[]): Promise<void> {
    this.#waiting.push(...entries);
    return this.#awaken();
  }

  end(): Promise<void> {
    this.#end = { error: null };
    return this.#awaken();
  }

  fail(error: Error): Promise<void> {
    this.#end = { error };
    return this.#awaken();
  }

  async *entries(): AsyncGenerator<Entry, void> {
    try {
      this.connection({ state: 'connecting' });
      for (;;) {
        const entry = this.#waiting.shift();
        // A client, too, may deliver entries after the abort.
        if (entry !== undefined) yield entry;
        else if (this.#signal.aborted) throw this.#signal.reason;
        else if (this.#end === null) await this.#more();
        else if (this.#end.error === null) return this.connection({ state: 'ended' });
        else throw this.#end.error;
      }
    } finally {
      this.#isOpen = false;
      this.#drained.resolve();
    }
  }

  async #more(): Promise<void> {
    this.#drained.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  #awaken(): Promise<void> {
    if (this.#isOpen) this.#drained = Promise.withResolvers();
    this.#wake();
    return this.#drained.promise;
  }
}

/** A client whose streams the test controls. Its other calls reach no server. */
export interface FakeStreams {
  readonly client: RuntapeClient;
  /** All streams of workflows, in the order in which they were opened. */
  readonly all: readonly FakeStream[];
  readonly open: readonly FakeStream[];
  readonly last: FakeStream;
  /** All streams of threads, in the order in which they were opened. */
  readonly threads: readonly FakeStream<ThreadEntry>[];
  readonly lastThread: FakeStream<ThreadEntry>;
}

/** @param workflows the contracts that the client knows. */
export function fakeStreams(workflows?: RuntapeClientOptions['workflows']): FakeStreams {
  const all: FakeStream[] = [];
  const threads: FakeStream<ThreadEntry>[] = [];
  const real = createRuntapeClient({ url: 'http://127.0.0.1:9', workflows });
  return {
    client: {
      ...real,
      follow: (workflowId, options = {}) => {
        const stream = new FakeStream(workflowId, options);
        all.push(stream);
        return stream.entries();
      },
      followThread: (threadId, options = {}) => {
        const stream = new FakeStream<ThreadEntry>(threadId, options);
        threads.push(stream);
        return stream.entries();
      },
    },
    all,
    threads,
    get open() {
      return all.filter(({ isOpen }) => isOpen);
    },
    get last() {
      return lastOf(all);
    },
    get lastThread() {
      return lastOf(threads);
    },
  };
}

function lastOf<Stream>(streams: readonly Stream[]): Stream {
  const stream = streams.at(-1);
  if (stream === undefined) throw new Error('Nothing is followed.');
  return stream;
}
