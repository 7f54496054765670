import type { ConnectionState, RuntapeClient, StreamProblem } from '@runtape/client';
import { RuntapeClientError } from '@runtape/client';
import type { EventId, ResetReason, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { scheduleFrame } from './schedule-frame.ts';

/** What components see of a workflow; a new object only when something changed. */
export interface WorkflowView {
  readonly workflow: WorkflowSnapshot;
  readonly connection: ConnectionState;
  readonly error: RuntapeClientError | null;
  readonly reset: StreamReset | null;
}

/** The stream could not go on where it was, and started anew from what the server has. */
export interface StreamReset {
  /** The cursor after which it went on. */
  readonly id: EventId;
  readonly reason: ResetReason;
}

/** Who follows a workflow: as long as one is there, the store is connected. */
export interface Follower {
  /** Each event that arrives while the follower is there, once and in order. */
  readonly entry: (entry: StreamEntry) => void;
  /** The workflow ended; this is its final state. */
  readonly ended: (workflow: WorkflowSnapshot) => void;
  /** The stream is over for good, and not because the workflow ended. */
  readonly failed: (error: RuntapeClientError) => void;
}

export interface WorkflowStoreOptions {
  readonly client: RuntapeClient;
  readonly workflowId: string;
  /** Nobody looks at it any more. */
  readonly onIdle: () => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

const CONNECTING = { connection: { state: 'connecting' }, error: null } as const;

/**
 * One workflow as a store outside React: however many components look at it, there is one connection, and that only while
 * anybody follows. The cursor is kept in between, so that a component that comes back continues where it was.
 */
export class WorkflowStore {
  readonly #options: WorkflowStoreOptions;
  readonly #viewers = new Set<() => void>();
  readonly #followers = new Set<Follower>();
  /** Ahead of the view by what arrived since the last frame. */
  #next: WorkflowView;
  #view: WorkflowView;
  #following: AbortController | null = null;
  #cancelFrame: (() => void) | null = null;

  constructor(options: WorkflowStoreOptions) {
    this.#options = options;
    this.#view = { workflow: initialState(options.workflowId), reset: null, ...CONNECTING };
    this.#next = this.#view;
  }

  /** True while somebody looks at it. */
  get isUsed(): boolean {
    return this.#viewers.size + this.#followers.size > 0;
  }

  readonly getView = (): WorkflowView => this.#view;

  /** Calls back when the view changed, at most once a frame. Brings no connection about. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#viewers.add(changed);
    return () => {
      if (this.#viewers.delete(changed)) queueMicrotask(() => this.#rest());
    };
  };

  readonly follow = (follower: Follower): (() => void) => {
    this.#followers.add(follower);
    this.#start();
    return () => {
      if (this.#followers.delete(follower)) queueMicrotask(() => this.#rest());
    };
  };

  /** Connects again at once, also after it had given up. After the end there is nothing to connect to. */
  readonly reconnect = (): void => {
    if (this.#hasAll()) return;
    this.#stop();
    this.#change(CONNECTING);
    if (this.#followers.size > 0) this.#start();
  };

  /** It has been seen. */
  readonly dismissReset = (): void => {
    if (this.#next.reset !== null) this.#change({ reset: null });
  };

  /**
   * Ends the connection when nobody follows; the state stays. Asked a moment after somebody left: a component that
   * replaces another, and React's StrictMode, come back within the same commit and find the connection as it was.
   */
  #rest(): void {
    if (this.#followers.size > 0) return;
    this.#stop();
    // What is said of a connection that is no more would be the first thing that the next follower sees.
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
    return this.#next.workflow.endedAt !== null;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { client, workflowId, onProblem } = this.#options;
    const { cursor } = this.#next.workflow;
    const entries = client.follow(workflowId, {
      ...(cursor === null ? {} : { after: cursor }),
      // All that is shown is the state: the events that made it would be a hundred thousand for the same.
      replay: 'snapshot',
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
    const { id, message } = entry;
    this.#change({
      workflow,
      ...(ends && { connection: { state: 'ended' } }),
      ...(message.type === 'reset' && { reset: { id, reason: message.data.reason } }),
    });
    this.#tell((follower) => follower.entry(entry));
    if (ends) this.#tell((follower) => follower.ended(workflow));
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

  /** What one follower throws is reported as an event handler's error is, and disturbs neither the others nor the stream. */
  #tell(say: (follower: Follower) => void): void {
    for (const follower of this.#followers) {
      try {
        say(follower);
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
    for (const changed of this.#viewers) changed();
  }
}
