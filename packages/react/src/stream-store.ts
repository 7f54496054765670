import { type ConnectionState, RuntapeClientError, type StreamProblem } from '@runtape/client';
import { scheduleFrame } from './schedule-frame.ts';

/** The view of a stream that components render; a new object only when something has changed. */
export interface StreamView<State> {
  /** The folded state. */
  readonly state: State;
  readonly connection: ConnectionState;
  readonly error: RuntapeClientError | null;
}

/** A listener of a stream. The store is connected while it has at least one. */
export interface StreamListener<State, Entry> {
  /** Called for each entry that arrives while the listener is registered, once and in order. */
  readonly entry: (entry: Entry) => void;
  /** Called with the final state when all entries have arrived. */
  readonly ended: (state: State) => void;
  /** Called when the stream has failed permanently before all entries arrived. */
  readonly failed: (error: RuntapeClientError) => void;
}

/** The options for opening a stream. */
interface OpenOptions {
  readonly signal: AbortSignal;
  readonly onConnection: (connection: ConnectionState) => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

/** A stream and the fold of its entries. */
export interface StoreDefinition<State, Entry> {
  /** The state before the first entry. */
  readonly initial: State;
  /** Opens the stream after the last entry in the state. */
  open(state: State, options: OpenOptions): AsyncIterable<Entry>;
  /** Makes the connection below the stream reconnect as well, before the stream is opened again. */
  reconnect(): void;
  fold(state: State, entry: Entry): State;
  /** Whether the state includes the last entry. */
  isComplete(state: State): boolean;
}

export interface StreamStoreOptions<State, Entry> {
  readonly definition: StoreDefinition<State, Entry>;
  /** Called when no component uses the store any more. */
  readonly onIdle: () => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

const CONNECTING = { connection: { state: 'connecting' }, error: null } as const;

/**
 * A store outside React for one stream. All components share one connection, which is open only
 * while there are listeners. The state is kept in between, so that a component that mounts again
 * continues where it was.
 */
export class StreamStore<State, Entry> {
  readonly #options: StreamStoreOptions<State, Entry>;
  readonly #viewers = new Set<() => void>();
  readonly #listeners = new Set<StreamListener<State, Entry>>();
  /** The newest view, including entries that arrived since the last frame. */
  #next: StreamView<State>;
  #view: StreamView<State>;
  #connection: AbortController | null = null;
  #cancelFrame: (() => void) | null = null;

  constructor(options: StreamStoreOptions<State, Entry>) {
    this.#options = options;
    this.#view = { state: options.definition.initial, ...CONNECTING };
    this.#next = this.#view;
  }

  /** Whether any component uses the store. */
  get isUsed(): boolean {
    return this.#viewers.size + this.#listeners.size > 0;
  }

  readonly getView = (): StreamView<State> => this.#view;

  /** Calls back when the view has changed, at most once a frame. Does not open a connection. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#viewers.add(changed);
    return () => {
      if (this.#viewers.delete(changed)) queueMicrotask(() => this.#disconnectIfUnused());
    };
  };

  readonly follow = (listener: StreamListener<State, Entry>): (() => void) => {
    this.#listeners.add(listener);
    this.#start();
    return () => {
      if (this.#listeners.delete(listener)) queueMicrotask(() => this.#disconnectIfUnused());
    };
  };

  /** Reconnects immediately, even if the stream has failed. Does nothing after the end. */
  readonly reconnect = (): void => {
    if (this.#isComplete()) return;
    this.#stop();
    this.#change(CONNECTING);
    this.#options.definition.reconnect();
    if (this.#listeners.size > 0) this.#start();
  };

  /** Changes the state without an entry. */
  update(change: (state: State) => State): void {
    const state = change(this.#next.state);
    if (state !== this.#next.state) this.#change({ state });
  }

  /**
   * Closes the connection if there are no listeners; the state stays. Called in a microtask after a
   * listener has left: a component that replaces another, and React's StrictMode, return within the
   * same commit and find the connection open.
   */
  #disconnectIfUnused(): void {
    if (this.#listeners.size > 0) return;
    this.#stop();
    // Otherwise the next listener would first see the state of the closed connection.
    if (!this.#isComplete() && this.#next.connection !== CONNECTING.connection) {
      this.#change(CONNECTING);
    }
    this.#publish();
    if (!this.isUsed) this.#options.onIdle();
  }

  #start(): void {
    if (this.#connection !== null || this.#isComplete()) return;
    const connection = new AbortController();
    this.#connection = connection;
    void this.#follow(connection.signal);
  }

  #stop(): void {
    this.#connection?.abort();
    this.#connection = null;
  }

  #isComplete(): boolean {
    return this.#options.definition.isComplete(this.#next.state);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { definition, onProblem } = this.#options;
    const entries = definition.open(this.#next.state, {
      signal,
      onConnection: (connection) => {
        if (!signal.aborted) this.#change({ connection });
      },
      onProblem,
    });
    try {
      for await (const entry of entries) {
        // A newer connection has taken over and delivers this entry again.
        if (signal.aborted) return;
        this.#apply(entry);
      }
      if (!signal.aborted) this.#connection = null;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #apply(entry: Entry): void {
    const { definition } = this.#options;
    const wasComplete = this.#isComplete();
    const state = definition.fold(this.#next.state, entry);
    const ends = !wasComplete && definition.isComplete(state);
    this.#change({ state, ...(ends && { connection: { state: 'ended' } }) });
    this.#notify((listener) => listener.entry(entry));
    if (ends) this.#notify((listener) => listener.ended(state));
  }

  #fail(thrown: unknown): void {
    const error = RuntapeClientError.from(thrown);
    this.#connection = null;
    this.#change({
      error,
      connection: { state: 'failed', kind: error.kind, message: error.message },
    });
    this.#notify((listener) => listener.failed(error));
  }

  /**
   * Calls all listeners. An error in one of them is reported like that of an event handler, and
   * does not affect the other listeners or the stream.
   */
  #notify(call: (listener: StreamListener<State, Entry>) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
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
