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
 * A log between a reader and a real one: it counts, delays, loses live messages, forgets and goes
 * away, as told.
 */
export class FaultyLog implements EventLog {
  readonly calls = { get: 0, read: 0, watch: 0 };
  /** How often a thread was looked at. */
  threadLooks = 0;
  /** Watches in force. */
  readonly watchers = new Set<Watcher>();
  /** While true, every question is answered with `unavailable`. */
  isDown = false;
  /** Seq of the oldest entry that can be read. */
  first = 1;
  /** How a live message travels. */
  announce = (watcher: Watcher, entries: readonly Entry[]): void => watcher.entries(entries);
  /** How news of a thread travels. */
  announceMember = (wake: () => void): void => wake();
  /** How many watch threads. */
  threadWatchers = 0;
  /** Time passes here on the way of a question to the log, and again on the way of its answer. */
  travel = async (): Promise<void> => {};

  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    this.calls.get += 1;
    const record = await this.#ask(() => this.#log.get(workflowId));
    return record && { ...record, first: this.first };
  }

  async read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    this.calls.read += 1;
    return await this.#ask(() => {
      if (range.after + 1 < this.first) {
        throw new EventLogError('trimmed', 'Gone.', { workflowId, first: this.first });
      }
      return this.#log.read(workflowId, range);
    });
  }

  async readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page> {
    this.calls.read += 1;
    return await this.#ask(() => {
      if (range.after + 1 < this.first) {
        throw new EventLogError('trimmed', 'Gone.', { workflowId, first: this.first });
      }
      return this.#log.readMerged(workflowId, range);
    });
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    this.calls.watch += 1;
    await this.#ask(async () => {
      const resync = (): void => watcher.resync();
      const entries = (heard: readonly Entry[]): void => this.announce(watcher, heard);
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
    this.threadLooks += 1;
    return await this.#ask(() => this.#log.thread(threadId, range));
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    await this.#ask(async () => {
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

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    await this.travel();
    if (this.isDown) throw new EventLogError('unavailable', 'The store does not answer.');
    const answer = await question();
    await this.travel();
    return answer;
  }
}
