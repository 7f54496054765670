import { Signal, sleep, TimeSlice, untilAborted, withJitter } from '@runtape/async';
import {
  type Entry,
  type EventLog,
  isEventLogError,
  type Page,
  PAGE_BYTES,
  retryWhileUnavailable,
  type WorkflowRecord,
} from '@runtape/event-log';
import { hasEnded, isTerminal, type WorkflowId } from '@runtape/events';
import { getRecord, missingEntries } from './history.ts';
import { RingBuffer, type RingBufferLimits } from './ring-buffer.ts';

/** Limits of one read while the tail catches up. */
const CATCH_UP_PAGE = { limit: 500, maxBytes: PAGE_BYTES.stream };
/**
 * If the log is shorter than before, it is read again at this interval, in ms, at most
 * `MAX_BEHIND_RETRIES` times, before the loss is accepted.
 */
const BEHIND_RETRY_MS = 100;
const MAX_BEHIND_RETRIES = 30;
/** Spreads the polls of quiet tails, so that they do not all reach the log together. */
export const QUIET_JITTER = 0.2;

export interface TailOptions extends RingBufferLimits {
  readonly quietCheckMs: number;
  readonly random: () => number;
}

/** What a reader that has everything does: it continues from the tail itself, or waits. */
export type CaughtUp = 'take_over' | 'keep_reading';

/** The end of a workflow's log, for readers that have everything before it. */
export interface LiveTail {
  readonly workflowId: WorkflowId;
  /** `null` until the tail has found the end of the log. */
  readonly incarnation: string | null;
  /** Seq of the oldest entry in memory; one past `last` if there is none. */
  readonly first: number;
  readonly last: number;
  /** Whether the workflow has ended and `last` is its last entry. */
  readonly isEnded: boolean;
  /** Why the tail has stopped following the log before its end; `null` while it follows. */
  readonly failure: Error | null;
  /** Returns at most `limit` entries after `seq`, which must be at least `first - 1`. */
  after(seq: number, limit: number): readonly Entry[];
  /**
   * Calls the listener synchronously on each change: new entries, the end or replacement of the
   * log, or a failure of the tail. A listener must not throw.
   * @returns a function that removes the listener.
   */
  listen(listener: () => void): () => void;
  /** Ends the use by one reader; each must call it exactly once. The tail stops without readers. */
  leave(): void;
}

/**
 * Follows the end of one workflow's log. It watches the log, then finds its end, then takes live
 * entries, but only those with exactly the next seq. Anything else makes it read the log after its
 * last entry.
 */
export class Tail implements LiveTail {
  readonly workflowId: WorkflowId;
  /** The number of readers. The fan-out counts them; the tail does not know them otherwise. */
  readers = 0;
  /** Resolves when the watch and all timers are gone. Never rejects. */
  readonly done: Promise<void>;

  readonly #log: EventLog;
  readonly #options: TailOptions;
  readonly #buffer: RingBuffer;
  readonly #stop = new AbortController();
  /** Wakes the readers on each change, including the end and a failure. */
  readonly #changed = new Signal();
  readonly #listeners = new Set<() => void>();
  readonly #onLeave: (tail: Tail) => void;
  /** Wakes the tail's own loop: it has to catch up, or the log has ended. */
  readonly #wake = new Signal();
  /** When the last entries arrived, by `performance.now`; the quiet time starts there. */
  #lastEntryAt = performance.now();
  #incarnation: string | null = null;
  #isEnded = false;
  #failure: Error | null = null;
  #needsCatchUp = false;
  #retriesLeft = MAX_BEHIND_RETRIES;
  /** Live entries that arrived while the log was being read; `null` when it is not. */
  #held: Entry[] | null = [];

  /** @param onLeave called for each reader that leaves. */
  constructor(
    log: EventLog,
    workflowId: WorkflowId,
    options: TailOptions,
    onLeave: (tail: Tail) => void,
  ) {
    this.#log = log;
    this.#onLeave = onLeave;
    this.workflowId = workflowId;
    this.#options = options;
    this.#buffer = new RingBuffer(options);
    this.done = this.#run();
  }

  get incarnation(): string | null {
    return this.#incarnation;
  }

  get first(): number {
    return this.#buffer.first;
  }

  get last(): number {
    return this.#buffer.last;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  after(seq: number, limit: number): readonly Entry[] {
    return this.#buffer.after(seq, limit);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  leave(): void {
    this.#onLeave(this);
  }

  async whenChanged(signal: AbortSignal): Promise<void> {
    await this.#changed.wait(signal);
  }

  /**
   * Waits until the end of the log is found.
   * @returns the incarnation.
   */
  async whenPositioned(signal: AbortSignal): Promise<string> {
    while (this.#incarnation === null) {
      if (this.#failure !== null) throw this.#failure;
      await this.#changed.wait(signal);
    }
    return this.#incarnation;
  }

  /** Makes the tail read the log after its last entry, and waits until it has done so. */
  async whenCaughtUp(signal: AbortSignal): Promise<void> {
    this.#requestCatchUp();
    while (
      this.#failure === null &&
      !this.#isEnded &&
      (this.#needsCatchUp || this.#held !== null)
    ) {
      await this.#changed.wait(signal);
    }
  }

  /** Ends the watch and the timers; waiting readers get the error. */
  stop(error: Error): void {
    this.#failure ??= error;
    this.#stop.abort();
    this.#notify();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const watcher = {
      entries: this.#onEntries.bind(this),
      resync: this.#requestCatchUp.bind(this),
    };
    try {
      await this.#retry(() => this.#log.watch(this.workflowId, watcher, signal));
      await this.#positionAtEnd();
      while (!this.#isEnded) {
        if (this.#needsCatchUp) await this.#catchUp();
        else if (await this.#isQuiet()) await this.#poll();
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#stop.abort();
      this.#notify();
    }
  }

  /**
   * Waits until nothing has arrived for a while; arriving entries do not wake it.
   * @returns false if there is something to do before that.
   */
  async #isQuiet(): Promise<boolean> {
    const { quietCheckMs, random } = this.#options;
    const quietMs = withJitter(quietCheckMs, QUIET_JITTER, random);
    for (let leftMs = quietMs; leftMs > 0;) {
      if (await this.#wake.wait(this.#stop.signal, leftMs)) return false;
      leftMs = quietMs - (performance.now() - this.#lastEntryAt);
    }
    return true;
  }

  #notify(): void {
    this.#changed.notify();
    for (const listener of this.#listeners) listener();
  }

  #requestCatchUp(): void {
    this.#needsCatchUp = true;
    this.#wake.notify();
  }

  #onEntries(entries: readonly Entry[]): void {
    this.#lastEntryAt = performance.now();
    if (this.#held === null) this.#take(entries);
    else if (this.#held.length < this.#options.maxEntries) this.#held.push(...entries);
    else this.#needsCatchUp = true;
    // Other entries need not wake the loop: there may be thousands per second.
    if (this.#needsCatchUp || this.#isEnded) this.#wake.notify();
  }

  /**
   * Takes the entries that are next in order and skips known ones; anything else requires a
   * catch-up.
   */
  #take(entries: readonly Entry[]): void {
    const before = this.last;
    for (const entry of entries) {
      const isOfThisLog = this.#isOfThisLog(entry);
      if (entry.seq !== this.last + 1 || !isOfThisLog) {
        // An entry of another incarnation with a known seq: the log has lost entries and continued
        // from an earlier one.
        this.#needsCatchUp ||= entry.seq > this.last || !isOfThisLog;
      } else {
        this.#buffer.push(entry);
        this.#isEnded = isTerminal(entry.event);
      }
    }
    if (this.last !== before) this.#notify();
  }

  #isOfThisLog({ id }: Entry): boolean {
    return id.startsWith(`${this.#incarnation}-`);
  }

  /** Moves the tail to the end of the log. */
  async #positionAtEnd(): Promise<void> {
    this.#held ??= [];
    this.#moveTo(await this.#retry(() => getRecord(this.#log, this.workflowId)));
    this.#takeHeld();
  }

  /** Reads the log to its end. */
  async #catchUp(): Promise<void> {
    this.#needsCatchUp = false;
    this.#held = [];
    const slice = new TimeSlice();
    for (let before = this.last; await this.#readNext(); before = this.last) {
      // If the log answers immediately, a long history would block the event loop.
      if (this.last > before && slice.due) await slice.yield();
    }
    this.#takeHeld();
  }

  /** @returns whether the log has more entries. */
  async #readNext(): Promise<boolean> {
    const after = this.last;
    const page = await this.#readPage(after);
    if (page !== null && this.#isBehind(page.record) && this.#retriesLeft > 0) {
      this.#retriesLeft -= 1;
      // Entries that arrive during the sleep are held, so they need not end it.
      await sleep(BEHIND_RETRY_MS, this.#stop.signal);
      return true;
    }
    this.#retriesLeft = MAX_BEHIND_RETRIES;
    if (page === null || !this.#isSameLog(page.record, after)) {
      await this.#positionAtEnd();
      return false;
    }
    this.#take(page.entries);
    const { tail, status } = page.record;
    if (this.last === after && tail > after) throw missingEntries(this.workflowId, after, tail);
    this.#isEnded ||= hasEnded(status) && tail === this.last;
    return tail > this.last;
  }

  /** @returns `null` if the entries after that seq are trimmed. */
  async #readPage(after: number): Promise<Page | null> {
    try {
      return await this.#retry(() => this.#log.read(this.workflowId, { after, ...CATCH_UP_PAGE }));
    } catch (error) {
      if (isEventLogError(error, 'trimmed')) return null;
      throw error;
    }
  }

  /** Only this check notices that the last message was lost. */
  async #poll(): Promise<void> {
    const { last } = this;
    const record = await this.#retry(() => getRecord(this.#log, this.workflowId));
    const isUnchanged = this.#isSameLog(record, last) && record.tail <= this.last;
    if (!isUnchanged || hasEnded(record.status)) this.#requestCatchUp();
  }

  /**
   * @param last the position of the tail when the record was requested: a log that ends before it
   *   has lost entries.
   */
  #isSameLog(record: WorkflowRecord, last: number): boolean {
    return record.incarnation === this.#incarnation && record.tail >= last;
  }

  /**
   * The log has lost its last entries; the writer still has them and will write the same ones
   * again.
   */
  #isBehind({ incarnation, tail, status }: WorkflowRecord): boolean {
    return incarnation === this.#incarnation && tail < this.last && !hasEnded(status);
  }

  #moveTo({ incarnation, tail, status }: WorkflowRecord): void {
    this.#incarnation = incarnation;
    this.#buffer.clear(tail);
    this.#isEnded = hasEnded(status);
  }

  /** Takes the entries that arrived while the log was being read. */
  #takeHeld(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#take(held);
    this.#notify();
  }

  #retry<Value>(operation: () => Promise<Value>): Promise<Value> {
    const { signal } = this.#stop;
    const { random } = this.#options;
    return retryWhileUnavailable(() => untilAborted(operation(), signal), { signal, random });
  }
}
