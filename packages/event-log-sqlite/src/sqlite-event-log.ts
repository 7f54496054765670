import {
  type Append,
  type Attempt,
  type AttemptName,
  checkRange,
  type Command,
  type CommandEntry,
  type Created,
  type EventLog,
  type Expiry,
  idempotencyConflict,
  isSameStart,
  type JsonValue,
  type ListPage,
  type ListQuery,
  newIncarnation,
  newRecord,
  type NewWorkflow,
  type Page,
  planAppend,
  type ReadRange,
  type Renewal,
  refuseAppend,
  refuseBegin,
  refuseEnded,
  refuseRenewal,
  type ThreadPage,
  type ThreadRange,
  type UnattendedPage,
  type UnattendedQuery,
  type Watcher,
  workflowExists,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { CommandTable } from './command-table.ts';
import { EntryTable } from './entry-table.ts';
import { Live } from './live.ts';
import type { Machine } from './machine.ts';
import { StepTable } from './step-table.ts';
import type { Store } from './store.ts';
import { WorkflowListing } from './workflow-listing.ts';
import { WorkflowTable } from './workflow-table.ts';

export interface SqliteEventLogParts {
  readonly store: Store;
  readonly now: () => number;
  readonly machine: Machine;
  readonly random: () => number;
  readonly pollMs: number;
  readonly onWatcherError: ((error: unknown) => void) | undefined;
}

/** Every operation is one transaction, and runs to its end before the next begins: that keeps overlapping appends in order. */
export class SqliteEventLog implements EventLog {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #machine: Machine;
  readonly #random: () => number;
  readonly #workflows: WorkflowTable;
  readonly #listing: WorkflowListing;
  readonly #entries: EntryTable;
  readonly #steps: StepTable;
  readonly #commands: CommandTable;
  readonly #live: Live;

  constructor({ store, now, machine, random, pollMs, onWatcherError }: SqliteEventLogParts) {
    this.#store = store;
    this.#now = now;
    this.#machine = machine;
    this.#random = random;
    const workflows = new WorkflowTable(store, machine);
    const entries = new EntryTable(store);
    const commands = new CommandTable(store);
    this.#workflows = workflows;
    this.#listing = new WorkflowListing(store);
    this.#entries = entries;
    this.#steps = new StepTable(store);
    this.#commands = commands;
    this.#live = new Live({ store, workflows, entries, commands, pollMs, onWatcherError });
  }

  async create(workflow: NewWorkflow): Promise<Created> {
    const { workflowId, idempotencyKey } = workflow;
    const result = this.#store.write(() => {
      const earlier =
        idempotencyKey === undefined ? null : this.#workflows.findByKey(idempotencyKey);
      if (earlier !== null) {
        const input = this.#workflows.input(earlier.workflowId);
        if (!isSameStart({ workflow: earlier.workflow, input }, workflow)) {
          throw idempotencyConflict(earlier.workflowId);
        }
        return { record: earlier, created: false };
      }
      if (this.#workflows.find(workflowId) !== null) throw workflowExists(workflowId);
      const incarnation = newIncarnation(this.#random);
      this.#workflows.insert(newRecord(workflow, { incarnation, now: this.#now() }), workflow);
      return { record: this.#workflows.record(workflowId), created: true };
    });
    if (result.created) this.#live.joined(result.record);
    return result;
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    return this.#store.read(() => this.#workflows.find(workflowId));
  }

  async input(workflowId: WorkflowId): Promise<JsonValue> {
    return this.#store.read(() => this.#workflows.input(workflowId));
  }

  async begin(workflowId: WorkflowId, { leaseMs }: { leaseMs: number }): Promise<Attempt> {
    return this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      refuseBegin(writer);
      const attempt = writer.attempt + 1;
      const incarnation = writer.isSameLife ? writer.incarnation : newIncarnation(this.#random);
      const leaseUntil = this.#now() + leaseMs;
      this.#workflows.hold(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
      const record = this.#workflows.record(workflowId);
      return { workflowId, attempt, record, input: this.#workflows.input(workflowId) };
    });
  }

  async renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      refuseRenewal(writer, renewal);
      const { attempt, leaseMs, anew: incarnation = writer.incarnation } = renewal;
      const leaseUntil = this.#now() + leaseMs;
      this.#workflows.hold(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
    });
  }

  async release(workflowId: WorkflowId, { attempt, incarnation }: AttemptName): Promise<void> {
    this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      const isIts = incarnation === undefined || incarnation === writer.incarnation;
      if (attempt === writer.attempt && isIts) this.#workflows.endLease(writer.row);
    });
  }

  async append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }> {
    const plan = planAppend(workflowId, append);
    const entries = this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      refuseAppend(writer, append);
      const { row } = writer;
      if (append.step !== undefined) this.#steps.keep(row, append.step);
      if (plan.status !== null || Object.keys(plan.summary).length > 0) {
        const { summary } = this.#workflows.record(workflowId);
        this.#workflows.setStatus(row, {
          status: plan.status ?? writer.status,
          summary: { ...summary, ...plan.summary },
          leaseUntil: plan.closes ? null : writer.leaseUntil,
          endedAt: plan.closes ? this.#now() : null,
        });
      }
      return this.#entries.append(writer, append.events);
    });
    this.#live.appended(workflowId, entries);
    return { tail: append.after + append.events.length };
  }

  async read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    checkRange(range);
    return this.#store.read(() => ({
      record: this.#workflows.record(workflowId),
      entries: this.#entries.after(workflowId, range),
    }));
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    this.#live.watch(workflowId, watcher, signal);
  }

  async steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    return this.#store.read(() => this.#steps.of(this.#workflows.writer(workflowId).row));
  }

  async command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    const entry = this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      refuseEnded(writer);
      return this.#commands.add(writer.row, { command, at: this.#now() });
    });
    this.#live.commanded(workflowId);
    return entry;
  }

  async commands(
    workflowId: WorkflowId,
    { after }: { after: number },
  ): Promise<readonly CommandEntry[]> {
    return this.#store.read(() => {
      this.#workflows.writer(workflowId);
      return this.#commands.after(workflowId, after);
    });
  }

  async watchCommands(
    workflowId: WorkflowId,
    wake: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#live.watchCommands(workflowId, wake, signal);
  }

  async list(query: ListQuery): Promise<ListPage> {
    return this.#store.read(() => this.#listing.list(query));
  }

  async thread(threadId: string, range: ThreadRange): Promise<ThreadPage> {
    return this.#store.read(() => this.#listing.thread(threadId, range));
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    this.#live.watchThread(threadId, wake, signal);
  }

  async unattended(query: UnattendedQuery): Promise<UnattendedPage> {
    const clock = this.#machine.now();
    return this.#store.read(() => this.#listing.unattended(query, clock));
  }

  async expire(expiry: Expiry): Promise<readonly WorkflowId[]> {
    return this.#store.write(() => this.#listing.expire(expiry));
  }

  async close(): Promise<void> {
    this.#live.close();
    this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
