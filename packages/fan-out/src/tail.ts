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

/** What a read may bring when the tail has to catch up. */
const CATCH_UP_PAGE = { limit: 500, maxBytes: PAGE_BYTES.stream };
/** A log that ends before it did is given so long, times so much, to come back there, in ms. */
const PATIENCE_MS = 100;
const MOST_PATIENCE = 30;
/** So that a thousand quiet tails do not ask the log at once. */
export const QUIET_JITTER = 0.2;

export interface TailOptions extends RingBufferLimits {
  readonly quietCheckMs: number;
  readonly random: () => number;
}

/**
 * The end of a workflow's log, for those who have everything before it and go on without asking
 * again.
 */
export interface LiveTail {
  readonly workflowId: WorkflowId;
  /** `null` until the tail knows where the log ends. */
  readonly incarnation: string | null;
  /** Seq of the oldest entry that it still has; one past `last` when it has none. */
  readonly first: number;
  readonly last: number;
  /** Nothing follows `last`. */
  readonly isEnded: boolean;
  /** Why it follows the log no longer, though the workflow goes on. */
  readonly failure: Error | null;
  /** At most `limit` entries after a seq that is not below `first - 1`. */
  after(seq: number, limit: number): readonly Entry[];
  /**
   * Calls the listener, synchronously, whenever something changed: there are entries, the log has
   * ended or was replaced, or the tail has failed. A listener must not throw.
   * @returns what ends that.
   */
  listen(listener: () => void): () => void;
  /**
   * A reader is gone, and is counted no longer. To be called once by each; without any reader the
   * tail stops.
   */
  leave(): void;
}

/**
 * The end of one workflow's log, followed live. It watches, then finds out where the log ends, then
 * takes live entries, and those only when they are exactly the next number; whatever else happens
 * makes it read the log after its last one.
 */
export class Tail implements LiveTail {
  readonly workflowId: WorkflowId;
  /** How many readers it serves; they are not known to it in any other way. */
  readers = 0;
  /** Settles when nothing of the tail is left: no watch, no timer. Never rejects. */
  readonly done: Promise<void>;

  readonly #log: EventLog;
  readonly #options: TailOptions;
  readonly #buffer: RingBuffer;
  readonly #stop = new AbortController();
  /** For the readers: there are entries, or the tail is at its end. */
  readonly #changed = new Signal();
  readonly #listeners = new Set<() => void>();
  readonly #onLeave: (tail: Tail) => void;
  /** For the tail itself: it has to catch up, or the log is at its end. */
  readonly #stir = new Signal();
  /** When something came in last, in ms of `performance.now`: the time of quiet begins there. */
  #heardAt = performance.now();
  #incarnation: string | null = null;
  #isEnded = false;
  #failure: Error | null = null;
  #needsCatchUp = false;
  #patience = MOST_PATIENCE;
  /** Live entries that came while the log was being read; `null` when it is not. */
  #held: Entry[] | null = [];

  /** @param onLeave hears of each reader that is gone. */
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

  /** Waits until something changed. */
  async whenChanged(signal: AbortSignal): Promise<void> {
    await this.#changed.wait(signal);
  }

  /** Waits until it knows where the log ends. @returns the incarnation. */
  async whenPositioned(signal: AbortSignal): Promise<string> {
    while (this.#incarnation === null) {
      if (this.#failure !== null) throw this.#failure;
      await this.#changed.wait(signal);
    }
    return this.#incarnation;
  }

  /** Reads the log after its last entry. */
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

  /** Ends the watch and the timer; readers that still wait get the error. */
  stop(error: Error): void {
    this.#failure ??= error;
    this.#stop.abort();
    this.#announce();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const watcher = { entries: this.#hear.bind(this), resync: this.#requestCatchUp.bind(this) };
    try {
      await this.#retry(() => this.#log.watch(this.workflowId, watcher, signal));
      await this.#locate();
      while (!this.#isEnded) {
        if (this.#needsCatchUp) await this.#catchUp();
        else if (await this.#isQuiet()) await this.#check();
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#stop.abort();
      this.#announce();
    }
  }

  /**
   * Waits until nothing came in for a while, without being woken by what comes. @returns false when
   * there is something to do before that.
   */
  async #isQuiet(): Promise<boolean> {
    const { quietCheckMs, random } = this.#options;
    const quietMs = withJitter(quietCheckMs, QUIET_JITTER, random);
    for (let leftMs = quietMs; leftMs > 0;) {
      if (await this.#stir.wait(this.#stop.signal, leftMs)) return false;
      leftMs = quietMs - (performance.now() - this.#heardAt);
    }
    return true;
  }

  #announce(): void {
    this.#changed.notify();
    for (const listener of this.#listeners) listener();
  }

  #requestCatchUp(): void {
    this.#needsCatchUp = true;
    this.#stir.notify();
  }

  #hear(entries: readonly Entry[]): void {
    this.#heardAt = performance.now();
    if (this.#held === null) this.#take(entries);
    else if (this.#held.length < this.#options.maxEntries) this.#held.push(...entries);
    else this.#needsCatchUp = true;
    // Whatever else comes need not wake it: a tail hears thousands of entries a second.
    if (this.#needsCatchUp || this.#isEnded) this.#stir.notify();
  }

  /**
   * Takes the entries that are the next ones; those it has are passed over, and anything else needs
   * a catch-up.
   */
  #take(entries: readonly Entry[]): void {
    const before = this.last;
    for (const entry of entries) {
      const isOurs = this.#isOurs(entry);
      if (entry.seq !== this.last + 1 || !isOurs) {
        // Of another incarnation under a number that it has: the log lost its end, and went on from
        // there.
        this.#needsCatchUp ||= entry.seq > this.last || !isOurs;
      } else {
        this.#buffer.push(entry);
        this.#isEnded = isTerminal(entry.event);
      }
    }
    if (this.last !== before) this.#announce();
  }

  #isOurs({ id }: Entry): boolean {
    return id.startsWith(`${this.#incarnation}-`);
  }

  /** Finds out where the log ends, and goes on from there. */
  async #locate(): Promise<void> {
    this.#held ??= [];
    this.#goTo(await this.#retry(() => getRecord(this.#log, this.workflowId)));
    this.#release();
  }

  /** Reads the log to its end. */
  async #catchUp(): Promise<void> {
    this.#needsCatchUp = false;
    this.#held = [];
    const slice = new TimeSlice();
    for (let before = this.last; await this.#readOn(); before = this.last) {
      // A log may answer at once, and a long history would then be read in one go.
      if (this.last > before && slice.due) await slice.yield();
    }
    this.#release();
  }

  /** @returns whether the log has more. */
  async #readOn(): Promise<boolean> {
    const after = this.last;
    const page = await this.#readPage(after);
    if (page !== null && this.#isBehind(page.record) && this.#patience > 0) {
      this.#patience -= 1;
      // Whatever comes meanwhile is held, so nothing need wake it.
      await sleep(PATIENCE_MS, this.#stop.signal);
      return true;
    }
    this.#patience = MOST_PATIENCE;
    if (page === null || !this.#isSameLog(page.record, after)) {
      await this.#locate();
      return false;
    }
    this.#take(page.entries);
    const { tail, status } = page.record;
    if (this.last === after && tail > after) throw missingEntries(this.workflowId, after, tail);
    this.#isEnded ||= hasEnded(status) && tail === this.last;
    return tail > this.last;
  }

  /** @returns `null` when the entries after that seq are gone. */
  async #readPage(after: number): Promise<Page | null> {
    try {
      return await this.#retry(() => this.#log.read(this.workflowId, { after, ...CATCH_UP_PAGE }));
    } catch (error) {
      if (isEventLogError(error, 'trimmed')) return null;
      throw error;
    }
  }

  /** A lost last message is noticed here, and nowhere else. */
  async #check(): Promise<void> {
    const { last } = this;
    const record = await this.#retry(() => getRecord(this.#log, this.workflowId));
    const isUnchanged = this.#isSameLog(record, last) && record.tail <= this.last;
    if (!isUnchanged || hasEnded(record.status)) this.#requestCatchUp();
  }

  /**
   * @param last where the tail was when the record was asked for: a log that ends before has lost
   *   entries.
   */
  #isSameLog(record: WorkflowRecord, last: number): boolean {
    return record.incarnation === this.#incarnation && record.tail >= last;
  }

  /** It has lost entries, and the writer that still has them will write the same ones again. */
  #isBehind({ incarnation, tail, status }: WorkflowRecord): boolean {
    return incarnation === this.#incarnation && tail < this.last && !hasEnded(status);
  }

  #goTo({ incarnation, tail, status }: WorkflowRecord): void {
    this.#incarnation = incarnation;
    this.#buffer.clear(tail);
    this.#isEnded = hasEnded(status);
  }

  /** Takes what came while the log was being read. */
  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#take(held);
    this.#announce();
  }

  #retry<Value>(operation: () => Promise<Value>): Promise<Value> {
    const { signal } = this.#stop;
    const { random } = this.#options;
    return retryWhileUnavailable(() => untilAborted(operation(), signal), { signal, random });
  }
}
