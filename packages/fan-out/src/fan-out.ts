import { abortError, LinkedAbortController, withJitter } from '@runtape/async';
import {
  checkLimit,
  cursorMismatch,
  type CursorMismatchReason,
  type Entry,
  EventLogError,
  type EventLog,
  PAGE_BYTES,
  parseCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { type EventId, hasEnded, type WorkflowId } from '@runtape/events';
import type { Batch } from './batch.ts';
import { follow, type ReadPosition } from './follow.ts';
import { History } from './history.ts';
import { PageCache } from './page-cache.ts';
import { replay } from './replay.ts';
import { type LiveTail, QUIET_JITTER, Tail, type TailOptions } from './tail.ts';
import { threadMembers, type ThreadUpdate } from './thread-members.ts';

const QUIET_CHECK_MS = 15_000;
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 4 * 1024 * 1024;
const PAGE_SIZE = 500;
const MAX_HISTORY_BYTES = 32 * 1024 * 1024;
/** One for all: making one takes longer than what it ends. */
const LEFT = new DOMException('Nobody follows the thread here any more.', 'AbortError');

export interface FanOutOptions {
  readonly log: EventLog;
  /**
   * A tail that hears nothing asks the log after this long whether it missed something, in ms, ± 20
   * %. Default: 15,000.
   */
  readonly quietCheckMs?: number | undefined;
  /** Numbers from 0 up to but not including 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** The latest entries of one workflow kept in memory, at most so many … Default: 2,000. */
  readonly maxEntries?: number | undefined;
  /** … and at most so many bytes, estimated. Default: 4 MiB. */
  readonly maxBytes?: number | undefined;
  /**
   * Pages of history that are kept for the next who come late, of all workflows, in bytes,
   * estimated. Default: 32 MiB.
   */
  readonly maxHistoryBytes?: number | undefined;
}

export interface ReadOptions {
  /** The last entry the reader has; `null` to read from the start. */
  readonly after: EventId | null;
  /** Ends the reading, also while it waits. */
  readonly signal: AbortSignal;
  /** At most this many entries of the log in one batch. Default: 500. */
  readonly pageSize?: number | undefined;
  /**
   * Called whenever the reader has all there is and begins to wait; until then the log is read for
   * it.
   */
  readonly onWait?: (() => void) | undefined;
  /**
   * Called in place of waiting, with the tail whose `last` the reader has. Whoever returns true
   * goes on from there by the tail itself, counts as its reader until `leave`, and the reading
   * ends. Default: the reading waits.
   */
  readonly goLive?: ((tail: LiveTail) => boolean) | undefined;
}

/** Some entries after a cursor, as the log has them; none when it ends there. */
export interface LogPage {
  readonly entries: readonly Entry[];
  /** The record at the moment of the read. */
  readonly record: WorkflowRecord;
  /** Why the cursor does not fit the log, which then gave no entries; `null` when it does. */
  readonly mismatch: CursorMismatchReason | null;
}

export interface ThreadReadOptions extends Pick<ReadOptions, 'signal'> {
  /** Who joined up to this position is known. */
  readonly after: number;
  /** Called whenever all who are in it have been told of, and it begins to wait for more. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Lets any number of readers in this process follow workflows: one watch per workflow, while it
 * runs and someone reads it, and nothing per reader but a cursor.
 */
export class FanOut {
  readonly #log: EventLog;
  readonly #history: History;
  readonly #pages: PageCache;
  readonly #tailOptions: TailOptions;
  readonly #tails = new Map<WorkflowId, Tail>();
  readonly #threads = new Set<AbortController>();
  #isClosed = false;

  constructor({
    log,
    quietCheckMs = QUIET_CHECK_MS,
    random = Math.random,
    maxEntries = MAX_ENTRIES,
    maxBytes = MAX_BYTES,
    maxHistoryBytes = MAX_HISTORY_BYTES,
  }: FanOutOptions) {
    this.#log = log;
    this.#pages = new PageCache(maxHistoryBytes);
    this.#history = new History(log, this.#pages, random);
    this.#tailOptions = { quietCheckMs, random, maxEntries, maxBytes };
  }

  /**
   * Reads a workflow: what the log has after the cursor, then what comes, each entry once and in
   * order. Where the reader is behind, neighbouring tokens come merged into one entry. Ends after
   * the batch with the terminal event, or after a cursor mismatch. While the log is unavailable it
   * waits.
   * @throws EventLogError `unknown_workflow` when there is none, also when it is removed meanwhile;
   *   `closed` after `close`; `corrupt` when the log cannot be read; `invalid_query` when
   *   `pageSize` is not a whole number from 1.
   * @throws AbortError when the signal aborts.
   */
  async *read(
    workflowId: WorkflowId,
    { after, signal, pageSize = PAGE_SIZE, onWait = () => {}, goLive }: ReadOptions,
  ): AsyncGenerator<Batch, void> {
    checkLimit(pageSize);
    const handOver = goLive && ((tail: Tail) => handedOver(tail, goLive));
    const position = { cursor: parseCursor(after), pageSize, signal, onWait, goLive: handOver };
    try {
      yield* this.#read(workflowId, position);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (this.#isClosed) throw closedError();
      throw error;
    }
  }

  /**
   * Reads one page after a cursor, for those who poll. Does not wait, not for entries and not for
   * the log.
   * @param record of the workflow, as it was just now.
   * @param options.limit the most entries, from 1; fewer where they are large.
   * @throws EventLogError as the log's `read` does.
   */
  async page(
    record: WorkflowRecord,
    { after, limit }: Pick<ReadOptions, 'after'> & { readonly limit: number },
  ): Promise<LogPage> {
    const cursor = parseCursor(after);
    const early = cursorMismatch(record, cursor);
    if (early !== null) return { entries: [], record, mismatch: early };
    const range = { after: cursor.seq, limit, maxBytes: PAGE_BYTES.answer };
    const page = await this.#log.read(record.workflowId, range);
    // The log may have lost its end meanwhile, and gone on differently.
    const mismatch = cursorMismatch(page.record, cursor);
    return { ...page, entries: mismatch === null ? page.entries : [], mismatch };
  }

  /**
   * Follows who is in a thread after a position, and who joins it, each once. Never ends by itself,
   * and waits for a thread that nobody has joined yet.
   * @throws EventLogError `closed`, `corrupt`. @throws AbortError when the signal aborts.
   */
  async *thread(
    threadId: string,
    { after, signal, onWait = () => {} }: ThreadReadOptions,
  ): AsyncGenerator<ThreadUpdate, void> {
    // The watch belongs to this reader: it ends with it, whether or not its signal ever aborts.
    using left = new LinkedAbortController(signal);
    this.#checkOpen(signal);
    this.#threads.add(left);
    const { quietCheckMs, random } = this.#tailOptions;
    const quietMs = (): number => withJitter(quietCheckMs, QUIET_JITTER, random);
    try {
      const following = { after, signal: left.signal, quietMs, random, onWait };
      yield* threadMembers(this.#log, threadId, following);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (this.#isClosed) throw closedError();
      throw error;
    } finally {
      this.#threads.delete(left);
      left.abort(LEFT);
    }
  }

  /**
   * How many follow this workflow now, in this process. Readers of an ended one are not counted.
   */
  readers(workflowId: WorkflowId): number {
    return this.#tails.get(workflowId)?.readers ?? 0;
  }

  /** How many workflows are followed now. */
  get tails(): number {
    return this.#tails.size;
  }

  /** What pages of history take that are kept for the next reader, in bytes, estimated. */
  get historyBytes(): number {
    return this.#pages.bytes;
  }

  /**
   * Ends every reading with `closed`, and waits until no watch and no timer is left. The log stays
   * open.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#history.close();
    const tails = [...this.#tails.values()];
    this.#tails.clear();
    for (const left of this.#threads) left.abort(LEFT);
    for (const tail of tails) tail.stop(closedError());
    await Promise.all(tails.map(({ done }) => done));
  }

  async *#read(workflowId: WorkflowId, position: ReadPosition): AsyncGenerator<Batch, void> {
    const { signal } = position;
    this.#checkOpen(signal);
    if (this.#tails.has(workflowId)) {
      await this.#history.confirm(workflowId, signal);
    } else {
      const record = await this.#history.record(workflowId, signal);
      if (hasEnded(record.status)) return yield* replay(record, this.#history, position);
    }
    this.#checkOpen(signal);
    const tail = this.#join(workflowId);
    const leave = (): void => this.#leave(tail);
    // A consumer that stopped asking is gone with its signal, even if it never returns the
    // generator.
    signal.addEventListener('abort', leave, { once: true });
    try {
      yield* follow(tail, this.#history, position);
    } finally {
      signal.removeEventListener('abort', leave);
      if (!signal.aborted) leave();
    }
  }

  #checkOpen(signal: AbortSignal): void {
    if (signal.aborted) throw abortError(signal);
    if (this.#isClosed) throw closedError();
  }

  #join(workflowId: WorkflowId): Tail {
    const known = this.#tails.get(workflowId);
    // A tail that failed stays with the readers it has; who comes later gets a new one.
    const tail =
      known?.failure === null
        ? known
        : new Tail(this.#log, workflowId, this.#tailOptions, (left) => this.#leave(left));
    this.#tails.set(workflowId, tail);
    tail.readers += 1;
    return tail;
  }

  #leave(tail: Tail): void {
    tail.readers -= 1;
    if (tail.readers > 0) return;
    if (this.#tails.get(tail.workflowId) === tail) this.#tails.delete(tail.workflowId);
    tail.stop(closedError());
  }
}

/** Who takes over is counted before the reading that ends is not, so that the tail goes on. */
function handedOver(tail: Tail, goLive: (tail: LiveTail) => boolean): boolean {
  tail.readers += 1;
  if (goLive(tail)) return true;
  tail.readers -= 1;
  return false;
}

function closedError(): EventLogError {
  return new EventLogError('closed', 'This server is stopping. Connect again.');
}
