import {
  type Append,
  type Attempt,
  type AttemptName,
  type Command,
  type CommandEntry,
  type Created,
  type Entry,
  EventLogError,
  type EventLog,
  type JsonValue,
  type ListPage,
  type ListQuery,
  type MergedRange,
  type NewWorkflow,
  type Page,
  type ReadRange,
  type Renewal,
  type ThreadPage,
  type ThreadRange,
  type OrphanedPage,
  type OrphanedQuery,
  type Watcher,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/**
 * Wraps a real log: counts calls, delays them, loses live messages, trims entries and becomes
 * unavailable, as the test requires.
 */
export class FaultyLog implements EventLog {
  readonly calls = { get: 0, read: 0, watch: 0 };
  /** The number of reads of threads. */
  threadReads = 0;
  /** The active watches. */
  readonly watchers = new Set<Watcher>();
  /** While true, every call rejects with `unavailable`. */
  isDown = false;
  /** Seq of the oldest entry that can be read. */
  first = 1;
  /** How a live message is delivered. */
  announce = (watcher: Watcher, entries: readonly Entry[]): void => watcher.entries(entries);
  /** How the announcement of a new thread member is delivered. */
  announceMember = (wake: () => void): void => wake();
  /** The number of thread watches. */
  threadWatchers = 0;
  /** Delays each call before it reaches the log, and again before it returns. */
  travel = async (): Promise<void> => {};

  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    this.calls.get += 1;
    const record = await this.#call(() => this.#log.get(workflowId));
    return record && { ...record, first: this.first };
  }

  async read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    this.calls.read += 1;
    return await this.#call(() => {
      if (range.after + 1 < this.first) {
        throw new EventLogError('trimmed', 'Gone.', { workflowId, first: this.first });
      }
      return this.#log.read(workflowId, range);
    });
  }

  async readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page> {
    this.calls.read += 1;
    return await this.#call(() => {
      if (range.after + 1 < this.first) {
        throw new EventLogError('trimmed', 'Gone.', { workflowId, first: this.first });
      }
      return this.#log.readMerged(workflowId, range);
    });
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    this.calls.watch += 1;
    await this.#call(async () => {
      const resync = (): void => watcher.resync();
      const entries = (live: readonly Entry[]): void => this.announce(watcher, live);
      await this.#log.watch(workflowId, { entries, resync }, signal);
      if (signal.aborted) return;
      this.watchers.add(watcher);
      signal.addEventListener('abort', () => this.watchers.delete(watcher), { once: true });
    });
  }

  create(workflow: NewWorkflow): Promise<Created> {
    return this.#log.create(workflow);
  }

  input(workflowId: WorkflowId): Promise<JsonValue> {
    return this.#log.input(workflowId);
  }

  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt> {
    return this.#log.begin(workflowId, options);
  }

  renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    return this.#log.renew(workflowId, renewal);
  }

  release(workflowId: WorkflowId, attempt: AttemptName): Promise<void> {
    return this.#log.release(workflowId, attempt);
  }

  append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }> {
    return this.#log.append(workflowId, append);
  }

  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    return this.#log.steps(workflowId);
  }

  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    return this.#log.command(workflowId, command);
  }

  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]> {
    return this.#log.commands(workflowId, range);
  }

  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): Promise<void> {
    return this.#log.watchCommands(workflowId, wake, signal);
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#log.list(query);
  }

  async thread(threadId: string, range: ThreadRange): Promise<ThreadPage> {
    this.threadReads += 1;
    return await this.#call(() => this.#log.thread(threadId, range));
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    await this.#call(async () => {
      await this.#log.watchThread(threadId, () => this.announceMember(wake), signal);
      if (signal.aborted) return;
      this.threadWatchers += 1;
      const left = (): void => void (this.threadWatchers -= 1);
      signal.addEventListener('abort', left, { once: true });
    });
  }

  orphaned(query: OrphanedQuery): Promise<OrphanedPage> {
    return this.#log.orphaned(query);
  }

  expire(options: { endedBefore: number; limit: number }): Promise<readonly WorkflowId[]> {
    return this.#log.expire(options);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#log.close();
  }

  async #call<Value>(operation: () => Promise<Value>): Promise<Value> {
    await this.travel();
    if (this.isDown) throw new EventLogError('unavailable', 'The store does not answer.');
    const value = await operation();
    await this.travel();
    return value;
  }
}
