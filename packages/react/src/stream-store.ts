import { type ConnectionState, RuntapeClientError, type StreamProblem } from '@runtape/client';
import { scheduleFrame } from './schedule-frame.ts';

/** What components see of a stream; a new object only when something changed. */
export interface StreamView<State> {
  /** What its entries come to. */
  readonly state: State;
  readonly connection: ConnectionState;
  readonly error: RuntapeClientError | null;
}

/** Who follows a stream: as long as one is there, the store is connected. */
export interface Follower<State, Entry> {
  /** Each entry that arrives while the follower is there, once and in order. */
  readonly entry: (entry: Entry) => void;
  /** Everything has arrived; this is the final state. */
  readonly ended: (state: State) => void;
  /** The stream is over for good, and not because everything has arrived. */
  readonly failed: (error: RuntapeClientError) => void;
}

/** What a stream wants of whoever opens it. */
interface Opening {
  readonly signal: AbortSignal;
  readonly onConnection: (connection: ConnectionState) => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

/** What is streamed, and what it comes to. */
export interface StreamSource<State, Entry> {
  /** Before the first entry. */
  readonly initial: State;
  /** Goes on after what the state holds. */
  open(state: State, opening: Opening): AsyncIterable<Entry>;
  /** Has what lies below the stream connect anew as well, before it is opened again. */
  reconnect(): void;
  fold(state: State, entry: Entry): State;
  /** Nothing can come any more. */
  hasAll(state: State): boolean;
}

export interface StreamStoreOptions<State, Entry> {
  readonly source: StreamSource<State, Entry>;
  /** Nobody looks at it any more. */
  readonly onIdle: () => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

const CONNECTING = { connection: { state: 'connecting' }, error: null } as const;

/**
 * One stream as a store outside React: however many components look at it, there is one connection,
 * and that only while anybody follows. The state is kept in between, so that a component that comes
 * back continues where it was.
 */
export class StreamStore<State, Entry> {
  readonly #options: StreamStoreOptions<State, Entry>;
  readonly #viewers = new Set<() => void>();
  readonly #followers = new Set<Follower<State, Entry>>();
  /** Ahead of the view by what arrived since the last frame. */
  #next: StreamView<State>;
  #view: StreamView<State>;
  #following: AbortController | null = null;
  #cancelFrame: (() => void) | null = null;

  constructor(options: StreamStoreOptions<State, Entry>) {
    this.#options = options;
    this.#view = { state: options.source.initial, ...CONNECTING };
    this.#next = this.#view;
  }

  /** True while somebody looks at it. */
  get isUsed(): boolean {
    return this.#viewers.size + this.#followers.size > 0;
  }

  readonly getView = (): StreamView<State> => this.#view;

  /** Calls back when the view changed, at most once a frame. Brings no connection about. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#viewers.add(changed);
    return () => {
      if (this.#viewers.delete(changed)) queueMicrotask(() => this.#rest());
    };
  };

  readonly follow = (follower: Follower<State, Entry>): (() => void) => {
    this.#followers.add(follower);
    this.#start();
    return () => {
      if (this.#followers.delete(follower)) queueMicrotask(() => this.#rest());
    };
  };

  /**
   * Connects again at once, also after it had given up. After the end there is nothing to connect
   * to.
   */
  readonly reconnect = (): void => {
    if (this.#hasAll()) return;
    this.#stop();
    this.#change(CONNECTING);
    this.#options.source.reconnect();
    if (this.#followers.size > 0) this.#start();
  };

  /** Changes the state by something that no entry brought. */
  update(change: (state: State) => State): void {
    const state = change(this.#next.state);
    if (state !== this.#next.state) this.#change({ state });
  }

  /**
   * Ends the connection when nobody follows; the state stays. Asked a moment after somebody left: a
   * component that replaces another, and React's StrictMode, come back within the same commit and
   * find the connection as it was.
   */
  #rest(): void {
    if (this.#followers.size > 0) return;
    this.#stop();
    // What is said of a connection that is no more would be the first thing that the next follower
    // sees.
    if (!this.#hasAll() && this.#next.connection !== CONNECTING.connection) {
      this.#change(CONNECTING);
    }
    this.#publish();
    if (!this.isUsed) this.#options.onIdle();
  }

  #start(): void {
    if (this.#following !== null || this.#hasAll()) return;
    const following = new AbortController();
    this.#following = following;
    void this.#follow(following.signal);
  }

  #stop(): void {
    this.#following?.abort();
    this.#following = null;
  }

  #hasAll(): boolean {
    return this.#options.source.hasAll(this.#next.state);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { source, onProblem } = this.#options;
    const entries = source.open(this.#next.state, {
      signal,
      onConnection: (connection) => {
        if (!signal.aborted) this.#change({ connection });
      },
      onProblem,
    });
    try {
      for await (const entry of entries) {
        // It may have been on its way when a newer connection, which brings it again, took over.
        if (signal.aborted) return;
        this.#take(entry);
      }
      if (!signal.aborted) this.#following = null;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #take(entry: Entry): void {
    const { source } = this.#options;
    const hadAll = this.#hasAll();
    const state = source.fold(this.#next.state, entry);
    const ends = !hadAll && source.hasAll(state);
    this.#change({ state, ...(ends && { connection: { state: 'ended' } }) });
    this.#tell((follower) => follower.entry(entry));
    if (ends) this.#tell((follower) => follower.ended(state));
  }

  #fail(thrown: unknown): void {
    const error = RuntapeClientError.from(thrown);
    this.#following = null;
    this.#change({
      error,
      connection: { state: 'failed', kind: error.kind, message: error.message },
    });
    this.#tell((follower) => follower.failed(error));
  }

  /**
   * What one follower throws is reported as an event handler's error is, and disturbs neither the
   * others nor the stream.
   */
  #tell(say: (follower: Follower<State, Entry>) => void): void {
    for (const follower of this.#followers) {
      try {
        say(follower);
      } catch (error) {
        reportError(error);
      }
    }
  }

  #change(change: Partial<StreamView<State>>): void {
    this.#next = { ...this.#next, ...change };
    this.#cancelFrame ??= scheduleFrame(() => this.#publish());
  }

  #publish(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    if (this.#view === this.#next) return;
    this.#view = this.#next;
    for (const changed of this.#viewers) changed();
  }
}
