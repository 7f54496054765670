import type {
  EventId,
  WorkflowEvent,
  WorkflowId,
  WorkflowStatus,
  WorkflowSummary,
} from '@runtape/events';
import type { Command, CommandEntry } from './command.ts';
import type { JsonValue } from './json.ts';

/** One event as the log has it. */
export interface Entry {
  readonly id: EventId;
  /** Position in the log, from 1; the number in `id`. */
  readonly seq: number;
  readonly event: WorkflowEvent;
}

/**
 * What a log knows of a workflow beside its events and its input, which may be large and has an operation of its own. Updated in
 * the same atomic step as every append.
 */
export interface WorkflowRecord {
  readonly workflowId: WorkflowId;
  /** Name of the workflow definition. */
  readonly workflow: string;
  readonly incarnation: string;
  readonly threadId: string | null;
  /** Who started it; `null` when that is not known. */
  readonly owner: string | null;
  /** Whether they saw the workflows of everybody when they did: what only such people may do is checked again when it runs. */
  readonly ownerSeesAll: boolean;
  readonly status: WorkflowStatus;
  readonly summary: WorkflowSummary;
  /** Number of the newest attempt; 0 before the first. */
  readonly attempt: number;
  /** Until when the newest attempt counts as alive, in ms since 1970; `null` when none runs. */
  readonly leaseUntil: number | null;
  /** Seq of the oldest entry that can be read; 1 unless history was trimmed. */
  readonly first: number;
  /** Seq of the newest entry; 0 while the log is empty. */
  readonly tail: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface NewWorkflow {
  readonly workflowId: WorkflowId;
  readonly workflow: string;
  readonly input: JsonValue;
  readonly summary: WorkflowSummary;
  readonly threadId?: string | undefined;
  /** Who starts it. Default: nobody known. */
  readonly owner?: string | undefined;
  /** Whether they see the workflows of everybody. Default: false. */
  readonly ownerSeesAll?: boolean | undefined;
  /**
   * Whether it may only join a thread that its owner began: the owner of a thread is that of its first workflow. Of several
   * that begin one at the same moment one is first. Default: it joins any.
   */
  readonly onlyOwnThread?: boolean | undefined;
  /** Starting twice with one key gives one workflow. Already scoped to its user by the caller. */
  readonly idempotencyKey?: string | undefined;
}

export interface Created {
  readonly record: WorkflowRecord;
  /** False when a workflow with this idempotency key was there already; `record` is that one. */
  readonly created: boolean;
}

/** The right to append, held by one worker for one run of a workflow. */
export interface Attempt {
  readonly workflowId: WorkflowId;
  /** From 1, one more with every `begin`. */
  readonly attempt: number;
  /** The record right after the attempt began: its `tail` is where the first append continues. */
  readonly record: WorkflowRecord;
  /** What the workflow was started with. */
  readonly input: JsonValue;
}

/**
 * Names an attempt to the log. The number alone may have been given out twice: a log that forgot its end gives it out again,
 * but then under another incarnation.
 */
export interface AttemptName {
  readonly attempt: number;
  /** Of the record that the attempt began with, or that it renewed itself to. Default: whatever the log has. */
  readonly incarnation?: string | undefined;
}

/** How an attempt shows that it is alive. */
export interface Renewal extends AttemptName {
  /** How long it counts as alive from now on, in ms. */
  readonly leaseMs: number;
  /** Up to where the writer knows its entries to be stored: refused when the log ends before. Default: 0. */
  readonly tail?: number | undefined;
  /**
   * Goes on with the log under this incarnation, so that whoever has seen entries that are lost is told so.    * `newIncarnation` draws it. Default: under the one it has.
   */
  readonly newIncarnation?: string | undefined;
}

export interface Append extends AttemptName {
  /** The writer's idea of the tail. The log refuses when it is not, so that a repeat cannot double anything. */
  readonly after: number;
  /** At least one. A terminal event may only be the last; it closes the log. */
  readonly events: readonly WorkflowEvent[];
  /** Changes to the record's summary; a key that is absent or undefined stays as it is. */
  readonly summary?: Partial<WorkflowSummary> | undefined;
  /** The result of a step that completes with these events. */
  readonly step?: KeptStep | undefined;
}

/** A step's result, so that a later attempt does not run it again. */
export interface KeptStep {
  readonly step: string;
  readonly result: JsonValue;
}

export interface ReadRange {
  /** Read entries with a higher seq; 0 reads from the start. */
  readonly after: number;
  /** At most this many entries, from 1. */
  readonly limit: number;
  /** The page ends with the entry that brings it to about this many bytes, from 1; so it has at least one. Default: no such end. */
  readonly maxBytes?: number | undefined;
}

export interface MergedRange extends ReadRange {
  /** How many entries are read that are not stored merged, from 1. What is stored merged comes as a whole, and does not count. */
  readonly limit: number;
  /** Entries with no higher seq, from one after `after`. Default: up to the end. */
  readonly upTo?: number | undefined;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** The record at the moment of the read; when its `tail` is past the last entry there is more. */
  readonly record: WorkflowRecord;
}

/** Hears of new entries. May be called with entries it has seen, or with a gap before them: a reader takes only the next number. */
export interface Watcher {
  entries(entries: readonly Entry[]): void;
  /** Something may have been missed (a connection was lost): read the log after your cursor. */
  resync(): void;
}

export interface ListQuery {
  /** At most this many, 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly status?: readonly WorkflowStatus[] | undefined;
  readonly workflow?: string | undefined;
  readonly threadId?: string | undefined;
  readonly owner?: string | undefined;
}

export interface ListPage {
  /** Newest first. */
  readonly workflows: readonly WorkflowRecord[];
  /** Pass as `before` to get the next page; `null` on the last. */
  readonly next: string | null;
}

export interface ThreadRange {
  /** Members with a higher position; 0 begins with the first. */
  readonly after: number;
  /** At most this many, 1 to 200. */
  readonly limit: number;
}

/** A workflow in a thread. */
export interface ThreadMember {
  readonly record: WorkflowRecord;
  /** Where it stands in the thread, from 1. Who joins later has a higher one, whatever the clocks say. */
  readonly position: number;
}

export interface ThreadPage {
  /** In the order in which they joined. */
  readonly members: readonly ThreadMember[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: number | null;
  /**
   * Whoever is not in this page and shows up later has a higher position than this. Below the last member of the page while a
   * workflow before it is still being created.
   */
  readonly lowWatermark: number;
}

export interface OrphanedQuery {
  /** At most this many, 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. Default: the first page. */
  readonly after?: string | undefined;
}

export interface OrphanedPage {
  /** Those that are due for longest come first. */
  readonly workflows: readonly WorkflowRecord[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: string | null;
}

/** Which workflows to remove. */
export interface Expiry {
  /** Only those that ended before this time, in ms since 1970. */
  readonly endedBefore: number;
  /** At most this many, from 1. */
  readonly limit: number;
  /** Only these, e.g. because they were archived. Default: any. */
  readonly only?: readonly WorkflowId[] | undefined;
}

/**
 * The log of every workflow: the truth about what happened. All adapters pass the suite in `@runtape/event-log/conformance`.
 * Every operation rejects with an `EventLogError`; an operation that names a workflow rejects with `unknown_workflow` when
 * there is none, and any with `unavailable` when the store does not answer (whether a write took place is then not known)
 * and `closed` after `close`.
 *
 * A store may come back with less than it had confirmed: never one entry in the middle, but some of the last ones, and with
 * them attempts, leases, step results, commands, whole workflows. Each time it may have, it begins another **epoch**. What
 * makes that sound is that an event id names one event for ever: a log whose lost entries may be replaced by others gets a new
 * incarnation before anything is. An attempt whose lease still runs in the new epoch has lost nothing but entries of its own, and may write
 * them again. One whose lease has run out meanwhile cannot know whether a later attempt was lost: it is `attempt_in_doubt`
 * until it goes on under a new incarnation.
 */
export interface EventLog extends AsyncDisposable {
  /**
   * Creates a workflow with an empty log, status `queued`, and a fresh incarnation.
   * @throws `idempotency_conflict` when the key was used with another definition or input; `workflow_exists` when the id is taken without that key;
   * `thread_taken` when it may only join a thread of its owner, and somebody else began this one.
   */
  create(workflow: NewWorkflow): Promise<Created>;

  /** @returns the record, or `null` when there is no such workflow. */
  get(workflowId: WorkflowId): Promise<WorkflowRecord | null>;

  /** @returns what the workflow was started with. */
  input(workflowId: WorkflowId): Promise<JsonValue>;

  /**
   * Begins the next attempt and fences every earlier one: from now on their appends are refused.
   * Atomic: of two workers that begin at once, one gets `attempt_alive`. In another epoch of the store than the one in which
   * an attempt last held the log, entries may be lost that somebody has seen: then the log goes on under a new incarnation.
   * @param leaseMs how long the attempt counts as alive without `renew`, in ms.
   * @throws `attempt_alive` while the lease of another attempt runs; `workflow_closed` after the end.
   */
  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt>;

  /**
   * Lengthens the lease to now + `leaseMs`.
   * @throws `attempt_overtaken`; `workflow_closed`; `attempt_in_doubt`, unless a `newIncarnation` is given; `seq_conflict` (with the log's
   * `tail`) when the log ends before `tail`.
   */
  renew(workflowId: WorkflowId, renewal: Renewal): Promise<void>;

  /** Ends the lease at once, so that another worker need not wait for it. Does nothing for an attempt that was overtaken. */
  release(workflowId: WorkflowId, attempt: AttemptName): Promise<void>;

  /**
   * Numbers, stores and announces events, and updates the record, in one atomic step. Calls may overlap: they take effect in the order they were made.
   * @returns the new tail.
   * @throws `attempt_overtaken`; `workflow_closed`; `attempt_in_doubt`; `seq_conflict` (with the log's `tail`) when `after` is not the tail; `invalid_append`.
   */
  append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }>;

  /**
   * @returns entries after a seq, in order, without a gap; none when the log ends there or before.
   * @throws `trimmed` when entries after that seq are gone; `invalid_query` when `after` or `limit` is no such number.
   */
  read(workflowId: WorkflowId, range: ReadRange): Promise<Page>;

  /**
   * As `read`, with neighbouring tokens merged as `mergeTokens` does: an entry stands for all those after the one before it, up to
   * its own seq. A log keeps closed parts of its history merged beside its entries, in segments, so that a page of a long
   * history costs what its text costs, and not what its entries do. Segments are made in the background, as entries are appended and
   * when they are read; until then, and where one cannot be read, the entries themselves are read and merged. They are
   * of one incarnation, and go with their workflow.
   * @throws as `read`.
   */
  readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page>;

  /**
   * Watches a workflow until the signal aborts.
   * @returns once watching is in force: every append that starts later is announced to the watcher, or the watcher is told to resync,
   * as long as the log is open. Announcements come after the append; nothing comes after the abort.
   * What is announced is what was stored: no object of the writer's, who may change it or append it again.
   * @throws the signal's reason when it aborts before that.
   */
  watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void>;

  /** The results of completed steps, by step name; of a step kept twice, the last. */
  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>>;

  /**
   * Stores a command for whoever runs the workflow, or will. One of the same type as the newest adds nothing to it and is not stored
   * again; the newest `KEPT_COMMANDS` are kept.
   * @returns the command as it is stored, also when it was before.
   * @throws `workflow_closed` after the end.
   */
  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry>;

  /** Commands with a higher seq, in order. */
  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]>;

  /**
   * Calls `wake` when there may be new commands, until the signal aborts.
   * @returns once watching is in force. @throws the signal's reason when it aborts before that.
   */
  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): Promise<void>;

  /** @throws `invalid_query` when `limit` is out of range or `before` is not a `next`. */
  list(query: ListQuery): Promise<ListPage>;

  /**
   * The workflows of a thread after a position. A thread is there with its first workflow; before that it is empty.
   * @throws `invalid_query` when `after` or `limit` is no such number.
   */
  thread(threadId: string, range: ThreadRange): Promise<ThreadPage>;

  /**
   * Calls `wake` when there may be new workflows in a thread, until the signal aborts. A wake may be lost with the process
   * that created the workflow: who must not miss one also looks now and then.
   * @returns once watching is in force. @throws the signal's reason when it aborts before that.
   */
  watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void>;

  /**
   * Workflows that have not ended and that no live attempt runs: never begun, let go, or the lease has run out. Of those that are
   * paused only the ones whose lease ran out: the attempt that paused them never let go. In the order in which they became due:
   * with their creation, or when the lease ran out. What is paused or runs costs nothing here, however much of it there is.
   * @throws `invalid_query` when `limit` is out of range or `after` is not a `next`.
   */
  orphaned(query: OrphanedQuery): Promise<OrphanedPage>;

  /**
   * Removes workflows that ended before a time, with everything that belongs to them.
   * @returns the ids that are gone; at most `limit`.
   */
  expire(expiry: Expiry): Promise<readonly WorkflowId[]>;

  /** Ends watches and connections that the log owns. Idempotent. */
  close(): Promise<void>;
}
