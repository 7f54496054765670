import type { ConnectionState, RuntapeClient, StreamProblem } from '@runtape/client';
import { RuntapeClientError } from '@runtape/client';
import type { StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { scheduleFrame } from './schedule-frame.ts';

/** What components see of a workflow; a new object only when something changed. */
export interface WorkflowView {
  readonly workflow: WorkflowSnapshot;
  readonly connection: ConnectionState;
  readonly error: RuntapeClientError | null;
}

export interface StoreListener {
  /** The view changed; at most once a frame. */
  readonly changed: () => void;
  /** Each event that arrives while the listener is there, once and in order. */
  readonly entry: (entry: StreamEntry) => void;
  /** The workflow ended; this is its final state. */
  readonly ended: (workflow: WorkflowSnapshot) => void;
  /** The stream is over for good, and not because the workflow ended. */
  readonly failed: (error: RuntapeClientError) => void;
}

export interface WorkflowStoreOptions {
  readonly client: RuntapeClient;
  readonly workflowId: string;
  /** The last listener left. */
  readonly onIdle: () => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

const CONNECTING = { connection: { state: 'connecting' }, error: null } as const;

/**
 * One workflow as a store outside React: however many components look at it, it is followed once. It follows while anybody
 * listens, and keeps its cursor in between, so that a component that comes back continues where it was.
 */
export class WorkflowStore {
  readonly #options: WorkflowStoreOptions;
  readonly #listeners = new Set<StoreListener>();
  /** Ahead of the view by what arrived since the last frame. */
  #next: WorkflowView;
  #view: WorkflowView;
  #following: AbortController | null = null;
  #cancelFrame: (() => void) | null = null;

  constructor(options: WorkflowStoreOptions) {
    this.#options = options;
    this.#view = { workflow: initialState(options.workflowId), ...CONNECTING };
    this.#next = this.#view;
  }

  /** True while somebody listens. */
  get isUsed(): boolean {
    return this.#listeners.size > 0;
  }

  readonly getView = (): WorkflowView => this.#view;

  readonly listen = (listener: StoreListener): (() => void) => {
    this.#listeners.add(listener);
    this.#start();
    return () => {
      if (this.#listeners.delete(listener)) queueMicrotask(() => this.#rest());
    };
  };

  /** Connects again at once, also after it had given up. After the end there is nothing to connect to. */
  readonly reconnect = (): void => {
    if (this.#hasAll()) return;
    this.#stop();
    this.#change(CONNECTING);
    if (this.isUsed) this.#start();
    else this.#publish();
  };

  /**
   * Ends the connection when nobody listens; the state stays. Asked a moment after the last one left: a component that
   * replaces another, and React's StrictMode, come back within the same commit and find the connection as it was.
   */
  #rest(): void {
    if (this.isUsed) return;
    this.#stop();
    // What is said of a connection that is no more would be the first thing that the next component shows.
    if (!this.#hasAll()) this.#change(CONNECTING);
    this.#publish();
    this.#options.onIdle();
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
    return this.#next.workflow.endedAt !== null;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { client, workflowId, onProblem } = this.#options;
    const { cursor } = this.#next.workflow;
    const entries = client.follow(workflowId, {
      ...(cursor === null ? {} : { after: cursor }),
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

  #take(entry: StreamEntry): void {
    const workflow = applyStreamEntry(this.#next.workflow, entry);
    // By the state and not by the event: a reset may bring the end in its snapshot.
    const ends = !this.#hasAll() && workflow.endedAt !== null;
    this.#change(ends ? { workflow, connection: { state: 'ended' } } : { workflow });
    this.#tell((listener) => listener.entry(entry));
    if (ends) this.#tell((listener) => listener.ended(workflow));
  }

  #fail(thrown: unknown): void {
    const error = RuntapeClientError.from(thrown);
    this.#following = null;
    this.#change({
      error,
      connection: { state: 'failed', kind: error.kind, message: error.message },
    });
    this.#tell((listener) => listener.failed(error));
  }

  /** What one listener throws is reported as an event handler's error is, and disturbs neither the others nor the stream. */
  #tell(say: (listener: StoreListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        say(listener);
      } catch (error) {
        reportError(error);
      }
    }
  }

  #change(change: Partial<WorkflowView>): void {
    this.#next = { ...this.#next, ...change };
    this.#cancelFrame ??= scheduleFrame(() => this.#publish());
  }

  #publish(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    if (this.#view === this.#next) return;
    this.#view = this.#next;
    for (const listener of this.#listeners) listener.changed();
  }
}
