import { TimeSlice } from '@runtape/async';
import { type Entry, type Watcher, Watchers, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { CommandTable } from './commands.ts';
import type { Store } from './database/store.ts';
import {
  decodeEntries,
  decodeFewEntries,
  type EntryRows,
  type EntryTable,
} from './tables/entry-table.ts';
import type { WorkflowTable } from './tables/workflow-table.ts';
import { ThreadWatch } from './threads.ts';

/** A watcher that is further behind than this has to read the log itself. */
const MAX_CAUGHT_UP = 500;
/** After this many polls without writes, the store is polled less often, to save CPU while idle. */
const POLLS_UNTIL_QUIET = 80;
/** The factor of the longer interval; it also delays the detection of the next write. */
const QUIET_FACTOR = 4;

export interface StoreWatchOptions {
  readonly store: Store;
  readonly workflows: WorkflowTable;
  readonly entries: EntryTable;
  readonly commands: CommandTable;
  /**
   * The interval at which writes of other connections are polled, in ms; four times as long after a
   * while without writes.
   */
  readonly pollMs: number;
  readonly onWatcherError: ((error: unknown) => void) | undefined;
}

/**
 * Notifies watchers: immediately of writes of this connection, and by polling, while there are
 * watchers, of writes of others.
 */
export class StoreWatch {
  readonly #options: StoreWatchOptions;
  readonly #watchers: Watchers<Watcher, WorkflowId>;
  readonly #wakes: Watchers<() => void, WorkflowId>;
  readonly #threadWatch: ThreadWatch;
  /** The seq up to which each watched log was announced. */
  readonly #announced = new Map<WorkflowId, number>();
  /** The seq of the newest command that watchers were woken for. */
  readonly #woken = new Map<WorkflowId, number>();
  #timer: NodeJS.Timeout | undefined;
  #everyMs = 0;
  #version: unknown;
  #idlePolls = 0;
  #isLooking = false;

  constructor(options: StoreWatchOptions) {
    this.#options = options;
    const { store, onWatcherError: onError } = options;
    this.#watchers = new Watchers({ onError, onEmpty: (id) => this.#forget(this.#announced, id) });
    this.#wakes = new Watchers({ onError, onEmpty: (id) => this.#forget(this.#woken, id) });
    this.#threadWatch = new ThreadWatch({ store, onError, onEmpty: () => this.#stopIfUnused() });
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { store, workflows } = this.#options;
    // In the same transaction as the read, so that this connection appends nothing in between.
    await store.read(() => {
      signal.throwIfAborted();
      // The version is read before the tail, so that the next poll finds what others write in
      // between.
      const version = store.version();
      const { tail } = workflows.writer(workflowId);
      if (!this.#announced.has(workflowId)) this.#announced.set(workflowId, tail);
      this.#watchers.add(workflowId, watcher, signal);
      this.#poll(version);
    });
  }

  async watchCommands(
    workflowId: WorkflowId,
    wake: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const { store, workflows, commands } = this.#options;
    await store.read(() => {
      signal.throwIfAborted();
      const version = store.version();
      workflows.writer(workflowId);
      const last = commands.last(workflowId);
      if (!this.#woken.has(workflowId)) this.#woken.set(workflowId, last);
      this.#wakes.add(workflowId, wake, signal);
      this.#poll(version);
    });
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { store } = this.#options;
    await store.read(() => {
      signal.throwIfAborted();
      const version = store.version();
      this.#threadWatch.watch(threadId, wake, signal);
      this.#poll(version);
    });
  }

  /** Call it after this connection has created a workflow. */
  joined({ threadId }: WorkflowRecord): void {
    this.#threadWatch.joined(threadId);
  }

  /**
   * Call it after this connection has appended. Announces the stored entries, not the writer's
   * objects, because the writer may change them or append them again.
   */
  appended(workflowId: WorkflowId, rows: EntryRows): void {
    const announced = this.#announced.get(workflowId);
    if (announced === undefined) return;
    const entries = decodeFewEntries(rows);
    if (entries?.[0]?.seq === announced + 1) this.#announce(workflowId, entries);
    // They take long to decode, or another connection has written before them.
    else void this.#catchUp(workflowId);
  }

  /** Call it after this connection has stored a command. */
  commanded(workflowId: WorkflowId): void {
    if (this.#wakes.has(workflowId)) this.#wakeUp(workflowId);
  }

  close(): void {
    this.#watchers.close();
    this.#wakes.close();
    this.#threadWatch.close();
  }

  /** Starts polling at the short interval, because an event may be imminent when a watch begins. */
  #poll(version: unknown): void {
    if (this.#timer === undefined) this.#version = version;
    this.#idlePolls = 0;
    this.#pollEvery(this.#options.pollMs);
  }

  #pollEvery(ms: number): void {
    if (this.#timer !== undefined && this.#everyMs === ms) return;
    clearInterval(this.#timer);
    this.#everyMs = ms;
    this.#timer = setInterval(() => void this.#pollOnce(), ms);
  }

  async #pollOnce(): Promise<void> {
    if (this.#isLooking) return;
    const { pollMs } = this.#options;
    const version = this.#readVersion();
    if (version !== undefined && version === this.#version) {
      this.#idlePolls += 1;
      if (this.#idlePolls === POLLS_UNTIL_QUIET) this.#pollEvery(pollMs * QUIET_FACTOR);
      return;
    }
    this.#idlePolls = 0;
    this.#pollEvery(pollMs);
    this.#version = version;
    this.#isLooking = true;
    try {
      await this.#pollAll();
    } finally {
      this.#isLooking = false;
    }
  }

  async #pollAll(): Promise<void> {
    const slice = new TimeSlice();
    for (const workflowId of this.#watchers.keys()) {
      if (slice.due) await slice.yield();
      await this.#catchUp(workflowId);
    }
    for (const workflowId of this.#wakes.keys()) {
      if (slice.due) await slice.yield();
      this.#wakeUp(workflowId);
    }
    this.#threadWatch.poll();
  }

  #readVersion(): unknown {
    try {
      return this.#options.store.version();
    } catch {
      // It is unknown whether anything has changed: every watcher is notified below, and encounters
      // the error when it reads.
      return undefined;
    }
  }

  async #catchUp(workflowId: WorkflowId): Promise<void> {
    const { store, workflows, entries } = this.#options;
    const after = this.#announced.get(workflowId);
    // The watcher has left by now.
    if (after === undefined) return;
    try {
      const { rows, tail } = store.readNow(() => ({
        rows: entries.after(workflowId, { after, limit: MAX_CAUGHT_UP }),
        tail: workflows.writer(workflowId).tail,
      }));
      if (after + rows.length >= tail) {
        this.#announceNext(workflowId, await decodeEntries(rows));
        return;
      }
      this.#announced.set(workflowId, tail);
    } catch {
      // The readers encounter the error themselves when they read.
    }
    this.#watchers.notify(workflowId, (watcher) => watcher.resync());
  }

  /** Some of the entries may have been announced while they were being read. */
  #announceNext(workflowId: WorkflowId, entries: readonly Entry[]): void {
    const announced = this.#announced.get(workflowId);
    if (announced === undefined) return;
    this.#announce(
      workflowId,
      entries.filter(({ seq }) => seq > announced),
    );
  }

  #announce(workflowId: WorkflowId, entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#announced.set(workflowId, last.seq);
    this.#watchers.notify(workflowId, (watcher) => watcher.entries(entries));
  }

  #wakeUp(workflowId: WorkflowId): void {
    const { store, commands } = this.#options;
    try {
      const last = store.readNow(() => commands.last(workflowId));
      if (last <= (this.#woken.get(workflowId) ?? 0)) return;
      this.#woken.set(workflowId, last);
    } catch {
      // The woken watchers encounter the error when they read the commands.
    }
    this.#wakes.notify(workflowId, (wake) => wake());
  }

  #forget(positions: Map<WorkflowId, number>, workflowId: WorkflowId): void {
    positions.delete(workflowId);
    this.#stopIfUnused();
  }

  /** Stops polling while there are no watchers. */
  #stopIfUnused(): void {
    if (!this.#watchers.isEmpty || !this.#wakes.isEmpty || !this.#threadWatch.isEmpty) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
