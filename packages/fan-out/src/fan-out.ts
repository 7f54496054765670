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
import { type CaughtUp, type LiveTail, QUIET_JITTER, Tail, type TailOptions } from './tail.ts';
import { threadMembers, type ThreadUpdate } from './thread-members.ts';

const QUIET_CHECK_MS = 15_000;
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 4 * 1024 * 1024;
const PAGE_SIZE = 500;
const MAX_HISTORY_BYTES = 32 * 1024 * 1024;
/** Shared, because creating the error costs more than the rest of ending a thread reader. */
const READER_LEFT = new DOMException('The thread has no reader here any more.', 'AbortError');

export interface FanOutOptions {
  readonly log: EventLog;
  /** How long a tail may receive nothing before it polls the log, in ms, ±20 %. Default: 15,000. */
  readonly quietCheckMs?: number | undefined;
  /** Numbers from 0 up to but not including 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** The maximum number of recent entries that are kept in memory per workflow. Default: 2,000. */
  readonly maxEntries?: number | undefined;
  /** The maximum estimated size of these entries per workflow, in bytes. Default: 4 MiB. */
  readonly maxBytes?: number | undefined;
  /** The maximum estimated size of the page cache of all workflows, in bytes. Default: 32 MiB. */
  readonly maxHistoryBytes?: number | undefined;
}

export interface ReadOptions {
  /** The last entry the reader has; `null` to read from the start. */
  readonly after: EventId | null;
  /** Ends the read, even while it waits. */
  readonly signal: AbortSignal;
  /** The maximum number of log entries in one batch. Default: 500. */
  readonly pageSize?: number | undefined;
  /** Called whenever the reader has received all entries and starts to wait. */
  readonly onWait?: (() => void) | undefined;
  /**
   * Called before each wait, when the reader has everything up to `tail.last`. With `take_over`
   * this read ends, and the caller continues from `tail` directly and calls `tail.leave()` when
   * done. Default: `keep_reading`.
   */
  readonly onCaughtUp?: ((tail: LiveTail) => CaughtUp) | undefined;
}

/** Entries after a cursor, unmerged; none if the log ends there. */
export interface LogPage {
  readonly entries: readonly Entry[];
  /** The record at the time of the read. */
  readonly record: WorkflowRecord;
  /** Why the cursor does not fit the log; there are no entries then. `null` if it fits. */
  readonly mismatch: CursorMismatchReason | null;
}

export interface ThreadReadOptions extends Pick<ReadOptions, 'signal'> {
  /** Only members that joined after this position are reported. */
  readonly after: number;
  /** Called whenever all current members have been reported and the read starts to wait. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Lets any number of readers in this process follow workflows. There is one watch per workflow that
 * runs and has readers, and each reader needs only a cursor.
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
   * Reads a workflow: first the entries after the cursor, then new ones live, each once and in
   * order. While the reader is behind, neighbouring tokens are merged into one entry. Ends after
   * the batch with the terminal event, or after a cursor mismatch. Waits while the log is
   * unavailable.
   * @throws EventLogError `unknown_workflow` if the workflow does not exist or is removed during
   *   the read; `closed` after `close`; `corrupt` when the log cannot be read; `invalid_query` when
   *   `pageSize` is not a whole number from 1.
   * @throws AbortError when the signal aborts.
   */
  async *read(
    workflowId: WorkflowId,
    { after, signal, pageSize = PAGE_SIZE, onWait = () => {}, onCaughtUp }: ReadOptions,
  ): AsyncGenerator<Batch, void> {
    checkLimit(pageSize);
    const handOver = onCaughtUp && ((tail: Tail) => tryHandOver(tail, onCaughtUp));
    const position = { cursor: parseCursor(after), pageSize, signal, onWait, onCaughtUp: handOver };
    try {
      yield* this.#read(workflowId, position);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (this.#isClosed) throw closedError();
      throw error;
    }
  }

  /**
   * Reads one page after a cursor, for clients that poll. Waits neither for entries nor for an
   * unavailable log.
   * @param record the current record of the workflow.
   * @param options.limit the maximum number of entries, from 1; large entries make a page shorter.
   * @throws EventLogError as the log's `read` does.
   */
  async readPage(
    record: WorkflowRecord,
    { after, limit }: Pick<ReadOptions, 'after'> & { readonly limit: number },
  ): Promise<LogPage> {
    const cursor = parseCursor(after);
    const early = cursorMismatch(record, cursor);
    if (early !== null) return { entries: [], record, mismatch: early };
    const range = { after: cursor.seq, limit, maxBytes: PAGE_BYTES.answer };
    const page = await this.#log.read(record.workflowId, range);
    // The log may have lost its last entries in between and continued with others.
    const mismatch = cursorMismatch(page.record, cursor);
    return { ...page, entries: mismatch === null ? page.entries : [], mismatch };
  }

  /**
   * Reports the members of a thread after a position, then new ones as they join, each once. Never
   * ends by itself; a thread without members is waited for.
   * @throws EventLogError `closed`, `corrupt`. @throws AbortError when the signal aborts.
   */
  async *thread(
    threadId: string,
    { after, signal, onWait = () => {} }: ThreadReadOptions,
  ): AsyncGenerator<ThreadUpdate, void> {
    // The watch must end with this reader, even if the signal never aborts.
    using reading = new LinkedAbortController(signal);
    this.#checkOpen(signal);
    this.#threads.add(reading);
    const { quietCheckMs, random } = this.#tailOptions;
    const quietMs = (): number => withJitter(quietCheckMs, QUIET_JITTER, random);
    try {
      const options = { after, signal: reading.signal, quietMs, random, onWait };
      yield* threadMembers(this.#log, threadId, options);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (this.#isClosed) throw closedError();
      throw error;
    } finally {
      this.#threads.delete(reading);
      reading.abort(READER_LEFT);
    }
  }

  /**
   * Returns the number of readers that follow this workflow in this process. Readers of an ended
   * workflow are not counted.
   */
  readerCount(workflowId: WorkflowId): number {
    return this.#tails.get(workflowId)?.readers ?? 0;
  }

  /** The number of workflows that are followed now. */
  get tailCount(): number {
    return this.#tails.size;
  }

  /** The estimated size of the page cache, in bytes. */
  get historyBytes(): number {
    return this.#pages.bytes;
  }

  /**
   * Ends every read with `closed` and waits until all watches and timers are gone. Does not close
   * the log.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#history.close();
    const tails = [...this.#tails.values()];
    this.#tails.clear();
    for (const reading of this.#threads) reading.abort(READER_LEFT);
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
    // A consumer that has stopped pulling may never return the generator; its signal counts
    // instead.
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
    // A failed tail keeps its readers; later readers get a new tail.
    const tail =
      known?.failure === null
        ? known
        : new Tail(this.#log, workflowId, this.#tailOptions, (own) => this.#leave(own));
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

/**
 * Counts the caller as a reader before the ending read is released, so that the tail is not stopped
 * in between.
 */
function tryHandOver(tail: Tail, onCaughtUp: (tail: LiveTail) => CaughtUp): CaughtUp {
  tail.readers += 1;
  const decision = onCaughtUp(tail);
  if (decision === 'keep_reading') tail.readers -= 1;
  return decision;
}

function closedError(): EventLogError {
  return new EventLogError('closed', 'This server is stopping. Connect again.');
}
