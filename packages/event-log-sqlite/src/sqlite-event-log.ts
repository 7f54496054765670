import {
  type Append,
  type AppendPlan,
  type Attempt,
  type AttemptName,
  checkListQuery,
  checkMergedRange,
  checkRange,
  type Command,
  type CommandEntry,
  type Created,
  decodeSegments,
  type EncodedEvent,
  encodeForLog,
  type EventLog,
  type Expiry,
  formatListCursor,
  idempotencyConflict,
  isSameStart,
  type JsonValue,
  jsonSchema,
  type ListCursor,
  type ListPage,
  type ListQuery,
  type MergedRange,
  mergeTokens,
  newIncarnation,
  newRecord,
  type NewWorkflow,
  type Page,
  parseListCursor,
  planAppend,
  type ReadRange,
  type Renewal,
  checkAppend,
  checkBegin,
  checkNotEnded,
  checkRenewal,
  checkThreadOwner,
  SegmentKeeper,
  takeSegments,
  type ThreadPage,
  type ThreadRange,
  type OrphanedPage,
  type OrphanedQuery,
  type Watcher,
  workflowExists,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { CommandTable } from './command-table.ts';
import { decodeEntries, encodeEntries, type EntryRows, EntryTable } from './entry-table.ts';
import { expire } from './expire.ts';
import { decodeJoined, JoinedEntries } from './joined-entries.ts';
import { Live } from './live.ts';
import type { BootClock } from './boot-clock.ts';
import { RemovalTable } from './removal-table.ts';
import { SegmentTable } from './segment-table.ts';
import { SingleAppend } from './single-append.ts';
import { decodeSteps, StepTable } from './step-table.ts';
import type { Store } from './store.ts';
import { WorkflowListing } from './workflow-listing.ts';
import { WorkflowTable } from './workflow-table.ts';

export interface SqliteEventLogParts {
  readonly store: Store;
  readonly now: () => number;
  readonly machine: BootClock;
  readonly random: () => number;
  readonly pollMs: number;
  readonly onWatcherError: ((error: unknown) => void) | undefined;
}

/** Before every workflow in the list. */
const NEWEST: ListCursor = { createdAt: Number.MAX_SAFE_INTEGER, workflowId: '' };

/** What an append has stored. */
interface Appended {
  readonly incarnation: string;
  readonly rows: EntryRows;
  readonly events: readonly EncodedEvent[];
  readonly plan: AppendPlan;
}

/**
 * Every operation is one transaction but for those that take long: these are several, each of them
 * short.
 */
export class SqliteEventLog implements EventLog {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #clock: BootClock;
  readonly #random: () => number;
  readonly #workflows: WorkflowTable;
  readonly #listing: WorkflowListing;
  readonly #removals: RemovalTable;
  readonly #entries: EntryTable;
  readonly #joined: JoinedEntries;
  readonly #single: SingleAppend;
  readonly #steps: StepTable;
  readonly #commands: CommandTable;
  readonly #live: Live;
  readonly #segments: SegmentTable;
  readonly #keeper: SegmentKeeper;

  constructor({ store, now, machine, random, pollMs, onWatcherError }: SqliteEventLogParts) {
    this.#store = store;
    this.#now = now;
    this.#clock = machine;
    this.#random = random;
    const workflows = new WorkflowTable(store, machine);
    const entries = new EntryTable(store);
    const commands = new CommandTable(store);
    this.#workflows = workflows;
    this.#listing = new WorkflowListing(store);
    this.#removals = new RemovalTable(store);
    this.#entries = entries;
    this.#joined = new JoinedEntries(store);
    this.#single = new SingleAppend(store, machine);
    this.#steps = new StepTable(store);
    this.#commands = commands;
    this.#live = new Live({ store, workflows, entries, commands, pollMs, onWatcherError });
    const segments = new SegmentTable(store);
    this.#segments = segments;
    this.#keeper = new SegmentKeeper({
      segmentsEnd: async (id) => await store.read(() => segments.end(workflows.writer(id))),
      read: async (id, range) => await this.#page(id, range),
      keepSegment: async (id, segment) =>
        await store.write(() => segments.keep(workflows.writer(id), segment)),
    });
  }

  async create(workflow: NewWorkflow): Promise<Created> {
    const { workflowId, idempotencyKey } = workflow;
    const input = JSON.stringify(workflow.input);
    const { record, created, earlierInput } = await this.#store.write(() => {
      const earlier =
        idempotencyKey === undefined ? null : this.#workflows.findByKey(idempotencyKey);
      if (earlier !== null) {
        const text = this.#workflows.input(earlier.workflowId);
        return { record: earlier, created: false, earlierInput: text };
      }
      if (this.#workflows.find(workflowId) !== null) throw workflowExists(workflowId);
      const { threadId } = workflow;
      const first = threadId === undefined ? null : this.#workflows.firstOf(threadId);
      checkThreadOwner(workflow, first);
      const now = this.#now();
      const incarnation = newIncarnation(this.#random);
      this.#workflows.insert(newRecord(workflow, { incarnation, now }), workflow, input);
      return { record: this.#workflows.record(workflowId), created: true };
    });
    if (created) this.#live.joined(record);
    // Comparing inputs takes a while where they are large.
    if (earlierInput !== undefined) {
      const earlier = { workflow: record.workflow, input: this.#parseInput(earlierInput) };
      if (!isSameStart(earlier, workflow)) throw idempotencyConflict(record.workflowId);
    }
    return { record, created };
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    return await this.#store.read(() => this.#workflows.find(workflowId));
  }

  async input(workflowId: WorkflowId): Promise<JsonValue> {
    return this.#parseInput(await this.#store.read(() => this.#workflows.input(workflowId)));
  }

  async begin(workflowId: WorkflowId, { leaseMs }: { leaseMs: number }): Promise<Attempt> {
    const { input, ...begun } = await this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      checkBegin(writer);
      const attempt = writer.attempt + 1;
      const incarnation = writer.isSameEpoch ? writer.incarnation : newIncarnation(this.#random);
      const leaseUntil = this.#now() + leaseMs;
      this.#workflows.hold(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
      const record = this.#workflows.record(workflowId);
      return { workflowId, attempt, record, input: this.#workflows.input(workflowId) };
    });
    return { ...begun, input: this.#parseInput(input) };
  }

  async renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    await this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      checkRenewal(writer, renewal);
      const { attempt, leaseMs, newIncarnation: incarnation = writer.incarnation } = renewal;
      const leaseUntil = this.#now() + leaseMs;
      this.#workflows.hold(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
    });
  }

  async release(workflowId: WorkflowId, { attempt, incarnation }: AttemptName): Promise<void> {
    await this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      const isIts = incarnation === undefined || incarnation === writer.incarnation;
      if (attempt === writer.attempt && isIts) this.#workflows.endLease(writer.row);
    });
  }

  async append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }> {
    const plan = planAppend(workflowId, append);
    const [only] = append.events;
    if (only !== undefined && append.events.length === 1 && isPlain(append, plan)) {
      const event = encodeForLog(only);
      const incarnation = this.#single.run(workflowId, append, event.text);
      if (incarnation !== null) {
        const rows = [{ incarnation, seq: append.after + 1, event: event.text }];
        return this.#appended(workflowId, append, { incarnation, rows, events: [event], plan });
      }
    }
    let events: readonly EncodedEvent[] = [];
    const encode = async () => {
      events = await encodeEntries(append.events);
    };
    const stored = await this.#store.writePrepared(encode, () => {
      const writer = this.#workflows.writer(workflowId);
      checkAppend(writer, append);
      if (append.step !== undefined) this.#steps.keep(writer.row, append.step);
      if (plan.status !== null || Object.keys(plan.summary).length > 0) {
        const { summary } = this.#workflows.record(workflowId);
        this.#workflows.setStatus(writer.row, {
          status: plan.status ?? writer.status,
          summary: { ...summary, ...plan.summary },
          leaseUntil: plan.closes ? null : writer.leaseUntil,
          endedAt: plan.closes ? this.#now() : null,
        });
      }
      return { writer, rows: this.#entries.append(writer, events) };
    });
    const { writer, rows } = stored;
    this.#single.remember(workflowId, writer);
    const { incarnation } = writer;
    return this.#appended(workflowId, append, { incarnation, rows, events, plan });
  }

  async read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    return await this.#page(workflowId, range);
  }

  async readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page> {
    checkMergedRange(range);
    const { after } = range;
    const page = await this.#store.read(() => {
      const record = this.#workflows.record(workflowId);
      return { record, ...takeSegments(this.#segments.after(workflowId, after), record, range) };
    });
    const { record, segments, upTo } = page;
    const entries = decodeSegments(segments);
    if (entries.length > 0) return { record, entries };
    this.#keeper.notice(record);
    return await this.#readAndMerge(workflowId, { ...range, upTo });
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    await this.#live.watch(workflowId, watcher, signal);
  }

  async steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    const rows = await this.#store.read(() =>
      this.#steps.of(this.#workflows.writer(workflowId).row),
    );
    return await this.#explained(() => decodeSteps(rows));
  }

  async command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    const entry = await this.#store.write(() => {
      const writer = this.#workflows.writer(workflowId);
      checkNotEnded(writer);
      return this.#commands.add(writer.row, { command, at: this.#now() });
    });
    this.#live.commanded(workflowId);
    return entry;
  }

  async commands(
    workflowId: WorkflowId,
    { after }: { after: number },
  ): Promise<readonly CommandEntry[]> {
    return await this.#store.read(() => {
      this.#workflows.writer(workflowId);
      return this.#commands.after(workflowId, after);
    });
  }

  async watchCommands(
    workflowId: WorkflowId,
    wake: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#live.watchCommands(workflowId, wake, signal);
  }

  async list(query: ListQuery): Promise<ListPage> {
    checkListQuery(query);
    const { limit, before } = query;
    const found: WorkflowRecord[] = [];
    let next: ListCursor | null = before === undefined ? NEWEST : parseListCursor(before);
    // One more than asked for tells whether there is a next page.
    while (next !== null && found.length <= limit) {
      const after: ListCursor = next;
      const wanted = limit + 1 - found.length;
      const stretch = await this.#store.read(() => this.#listing.stretch(query, after, wanted));
      found.push(...stretch.found);
      next = stretch.next;
    }
    const workflows = found.slice(0, limit);
    const last = workflows.at(-1);
    return { workflows, next: last && found.length > limit ? formatListCursor(last) : null };
  }

  async thread(threadId: string, range: ThreadRange): Promise<ThreadPage> {
    return await this.#store.read(() => this.#listing.thread(threadId, range));
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    await this.#live.watchThread(threadId, wake, signal);
  }

  async orphaned(query: OrphanedQuery): Promise<OrphanedPage> {
    const clock = this.#clock.now();
    return await this.#store.read(() => this.#listing.orphaned(query, clock));
  }

  async expire(expiry: Expiry): Promise<readonly WorkflowId[]> {
    return await expire(this.#store, this.#removals, expiry);
  }

  async close(): Promise<void> {
    this.#live.close();
    await this.#keeper.close();
    this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #appended(
    workflowId: WorkflowId,
    { after }: Append,
    { incarnation, rows, events, plan }: Appended,
  ): { tail: number } {
    this.#live.appended(workflowId, rows);
    const status = plan.status ?? 'running';
    this.#keeper.appended({ workflowId, incarnation, after, events, status });
    return { tail: after + events.length };
  }

  async #page(workflowId: WorkflowId, range: ReadRange, byRow = false): Promise<Page> {
    checkRange(range);
    const { record, joined, rows } = await this.#store.read(() => {
      const joinedRow = byRow ? null : this.#joined.after(workflowId, range);
      return {
        record: this.#workflows.record(workflowId),
        joined: joinedRow,
        rows: joinedRow === null ? this.#entries.after(workflowId, range) : [],
      };
    });
    if (joined === null) {
      return { record, entries: await this.#explained(() => decodeEntries(rows)) };
    }
    const entries = await decodeJoined(joined);
    return entries === null ? await this.#page(workflowId, range, true) : { record, entries };
  }

  async #readAndMerge(
    workflowId: WorkflowId,
    { after, limit, maxBytes, upTo = Number.POSITIVE_INFINITY }: MergedRange,
  ): Promise<Page> {
    const some = { after, limit: Math.min(limit, upTo - after), maxBytes };
    const { record, entries } = await this.#page(workflowId, some);
    return { record, entries: mergeTokens(entries) };
  }

  #parseInput(text: string): JsonValue {
    try {
      return jsonSchema.parse(JSON.parse(text));
    } catch (error) {
      throw this.#store.explain(error);
    }
  }

  /** What an operation finds in the store and does not understand is its damage. */
  async #explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#store.explain(error);
    }
  }
}

/** Whether an append changes nothing but the entries of the log. */
function isPlain({ step }: Append, { status, summary }: AppendPlan): boolean {
  return step === undefined && status === null && Object.keys(summary).length === 0;
}
