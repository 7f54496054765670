import type { WorkflowId } from '@runtape/events';
import { checkLimit, checkMergedRange, checkRange, checkThreadRange } from '../check-query.ts';
import { type Command, type CommandEntry, KEPT_COMMANDS } from '../command.ts';
import type {
  Append,
  Attempt,
  AttemptName,
  Created,
  EventLog,
  Expiry,
  ListPage,
  ListQuery,
  MergedRange,
  NewWorkflow,
  Page,
  ReadRange,
  Renewal,
  ThreadPage,
  ThreadRange,
  OrphanedPage,
  OrphanedQuery,
  Watcher,
  WorkflowRecord,
} from '../event-log.ts';
import { newIncarnation } from '../incarnation.ts';
import { type JsonValue, jsonSchema } from '../json.ts';
import { mergeTokens } from '../merge-tokens.ts';
import { encodeForLog } from '../encoded-event.ts';
import { isSameStart, newRecord } from '../new-record.ts';
import { planAppend } from '../plan-append.ts';
import {
  idempotencyConflict,
  logClosed,
  checkAppend,
  checkBegin,
  checkNotEnded,
  checkRenewal,
  checkThreadOwner,
  workflowExists,
  type WriterState,
} from '../rejections.ts';
import { decodeSegments, type Segment, takeSegments } from '../segment.ts';
import { SegmentKeeper } from '../segment-keeper.ts';
import { nextPosition, threadPage } from '../thread-page.ts';
import { Watchers } from '../watchers.ts';
import { listRecords, orphanedRecords } from './list-records.ts';
import { MemoryStore, type StoredWorkflow } from './memory-store.ts';

export interface MemoryEventLogOptions {
  /** The time in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Share one store between logs to have what several processes on one database have. Default: a new one. */
  readonly store?: MemoryStore | undefined;
}

/** Makes an event log that lives as long as the process: for tests and for trying things out. */
export function createMemoryEventLog(options: MemoryEventLogOptions = {}): EventLog {
  return new MemoryEventLog(options);
}

class MemoryEventLog implements EventLog {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #store: MemoryStore;
  readonly #watchers = new Watchers<Watcher>();
  readonly #commandWatchers = new Watchers<() => void>();
  readonly #threadWatchers = new Watchers<() => void>();
  readonly #segments = new SegmentKeeper({
    segmentsEnd: async (workflowId) => segmentsOf(this.#open().find(workflowId)).at(-1)?.last ?? 0,
    read: async (workflowId, range) => this.#page(workflowId, range),
    keepSegment: async (workflowId, segment) => keepSegment(this.#open().find(workflowId), segment),
  });
  #closed = false;

  constructor({ now = Date.now, random = Math.random, store }: MemoryEventLogOptions) {
    this.#now = now;
    this.#random = random;
    this.#store = store ?? new MemoryStore();
    this.#store.watchers.add(this.#watchers);
    this.#store.commandWatchers.add(this.#commandWatchers);
    this.#store.threadWatchers.add(this.#threadWatchers);
  }

  async create(workflow: NewWorkflow): Promise<Created> {
    const store = this.#open();
    const { byKey, workflows, epoch } = store;
    const { workflowId, idempotencyKey } = workflow;
    const earlier = idempotencyKey === undefined ? undefined : byKey.get(idempotencyKey);
    if (earlier !== undefined) {
      const { record, input } = earlier;
      if (!isSameStart({ workflow: record.workflow, input }, workflow)) {
        throw idempotencyConflict(record.workflowId);
      }
      return { record, created: false };
    }
    if (workflows.has(workflowId)) throw workflowExists(workflowId);
    const [first = null] = store.members(workflow.threadId ?? null);
    checkThreadOwner(workflow, first?.record ?? null);
    const incarnation = newIncarnation(this.#random);
    const now = this.#now();
    const { input, ...copy } = structuredClone(workflow);
    const record = newRecord({ ...copy, input }, { incarnation, now });
    const position = nextPosition(store.lastPosition, now);
    store.lastPosition = position;
    const empty = { events: [], segments: [], steps: new Map(), commands: [] };
    store.add({ record, input, position, epoch, idempotencyKey, ...empty });
    if (record.threadId !== null) store.announceMember(record.threadId);
    return { record, created: true };
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    return this.#open().workflows.get(workflowId)?.record ?? null;
  }

  async input(workflowId: WorkflowId): Promise<JsonValue> {
    return this.#open().find(workflowId).input;
  }

  async begin(workflowId: WorkflowId, { leaseMs }: { leaseMs: number }): Promise<Attempt> {
    const stored = this.#open().find(workflowId);
    const state = this.#stateOf(stored);
    checkBegin(state);
    const attempt = stored.record.attempt + 1;
    const incarnation = state.isSameEpoch ? state.incarnation : newIncarnation(this.#random);
    this.#hold(stored, { attempt, incarnation, leaseUntil: this.#now() + leaseMs });
    return { workflowId, attempt, record: stored.record, input: stored.input };
  }

  async renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    const stored = this.#open().find(workflowId);
    checkRenewal(this.#stateOf(stored), renewal);
    const { leaseMs, newIncarnation: incarnation = stored.record.incarnation } = renewal;
    this.#hold(stored, { incarnation, leaseUntil: this.#now() + leaseMs });
  }

  async release(workflowId: WorkflowId, { attempt, incarnation }: AttemptName): Promise<void> {
    const stored = this.#open().find(workflowId);
    const isIts = incarnation === undefined || incarnation === stored.record.incarnation;
    if (attempt !== stored.record.attempt || !isIts) return;
    stored.record = { ...stored.record, leaseUntil: null };
  }

  async append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }> {
    const store = this.#open();
    const stored = store.find(workflowId);
    const plan = planAppend(workflowId, append);
    const { record } = stored;
    checkAppend(this.#stateOf(stored), append);
    const events = append.events.map(encodeForLog);
    for (const { text } of events) stored.events.push(text);
    if (append.step) stored.steps.set(append.step.step, JSON.stringify(append.step.result));
    stored.record = {
      ...record,
      tail: stored.events.length,
      status: plan.status ?? record.status,
      summary: { ...record.summary, ...plan.summary },
      ...(plan.closes ? { leaseUntil: null, endedAt: this.#now() } : {}),
    };
    const appended = { after: append.after, limit: append.events.length };
    store.announce(workflowId, store.entries(stored, appended));
    const { incarnation, status } = stored.record;
    this.#segments.appended({ workflowId, incarnation, after: append.after, events, status });
    return { tail: append.after + append.events.length };
  }

  async read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    return this.#page(workflowId, range);
  }

  async readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page> {
    checkMergedRange(range);
    const stored = this.#open().find(workflowId);
    const { after, limit, maxBytes } = range;
    const later = stored.segments.filter(({ last }) => last > after);
    const { segments, upTo } = takeSegments(later, stored.record, range);
    const merged = decodeSegments(segments);
    if (merged.length > 0) return { entries: merged, record: stored.record };
    this.#segments.notice(stored.record);
    const some = { after, limit: Math.min(limit, upTo - after), maxBytes };
    const { entries, record } = this.#page(workflowId, some);
    return { entries: mergeTokens(entries), record };
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    this.#open().find(workflowId);
    this.#watchers.add(workflowId, watcher, signal);
  }

  async steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    const { steps } = this.#open().find(workflowId);
    return new Map(
      [...steps].map(([step, result]) => [step, jsonSchema.parse(JSON.parse(result))]),
    );
  }

  async command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    const store = this.#open();
    const { record, commands } = store.find(workflowId);
    checkNotEnded(record);
    const last = commands.at(-1);
    if (last?.command.type === command.type) return last;
    const entry = { seq: (last?.seq ?? 0) + 1, command: { ...command }, at: this.#now() };
    commands.push(entry);
    commands.splice(0, commands.length - KEPT_COMMANDS);
    store.announceCommand(workflowId);
    return entry;
  }

  async commands(
    workflowId: WorkflowId,
    { after }: { after: number },
  ): Promise<readonly CommandEntry[]> {
    return this.#open()
      .find(workflowId)
      .commands.filter(({ seq }) => seq > after);
  }

  async watchCommands(
    workflowId: WorkflowId,
    wake: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#open().find(workflowId);
    this.#commandWatchers.add(workflowId, wake, signal);
  }

  async list(query: ListQuery): Promise<ListPage> {
    return listRecords(this.#records(), query);
  }

  async thread(threadId: string, range: ThreadRange): Promise<ThreadPage> {
    checkThreadRange(range);
    const members = this.#open().members(threadId);
    return threadPage(
      members
        .filter(({ position }) => position > range.after)
        .slice(0, range.limit + 1)
        .map(({ record, position }) => ({ record, position })),
      range,
    );
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    this.#open();
    this.#threadWatchers.add(threadId, wake, signal);
  }

  async orphaned(query: OrphanedQuery): Promise<OrphanedPage> {
    return orphanedRecords(this.#records(), query, this.#now());
  }

  async expire({ endedBefore, limit, only }: Expiry): Promise<readonly WorkflowId[]> {
    checkLimit(limit);
    const store = this.#open();
    const old = [...store.workflows.values()]
      .filter(({ record }) => only === undefined || only.includes(record.workflowId))
      .filter(({ record }) => record.endedAt !== null && record.endedAt < endedBefore)
      .slice(0, limit);
    for (const stored of old) store.remove(stored);
    return old.map(({ record }) => record.workflowId);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#segments.close();
    this.#watchers.close();
    this.#commandWatchers.close();
    this.#threadWatchers.close();
    this.#store.watchers.delete(this.#watchers);
    this.#store.commandWatchers.delete(this.#commandWatchers);
    this.#store.threadWatchers.delete(this.#threadWatchers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #page(workflowId: WorkflowId, range: ReadRange): Page {
    checkRange(range);
    const store = this.#open();
    const stored = store.find(workflowId);
    return { entries: store.entries(stored, range), record: stored.record };
  }

  #open(): MemoryStore {
    if (this.#closed) throw logClosed();
    return this.#store;
  }

  #stateOf({ record, epoch }: StoredWorkflow): WriterState {
    const isAlive = record.leaseUntil !== null && record.leaseUntil > this.#now();
    return { ...record, isAlive, isSameEpoch: epoch === this.#store.epoch };
  }

  #hold(stored: StoredWorkflow, changes: Partial<WorkflowRecord>): void {
    stored.record = { ...stored.record, ...changes };
    stored.epoch = this.#store.epoch;
  }

  #records(): readonly WorkflowRecord[] {
    return [...this.#open().workflows.values()].map(({ record }) => record);
  }
}

/** Those of the incarnation that the log has. */
function segmentsOf({ record, segments }: StoredWorkflow): readonly Segment[] {
  return segments.filter(({ incarnation }) => incarnation === record.incarnation);
}

function keepSegment(stored: StoredWorkflow, segment: Segment): boolean {
  const { incarnation, tail } = stored.record;
  const before = segmentsOf(stored);
  const end = before.at(-1)?.last ?? 0;
  if (segment.incarnation !== incarnation || segment.last > tail) return false;
  if (segment.last === end) return true;
  if (segment.first !== end + 1) return false;
  stored.segments = [...before, segment];
  return true;
}
