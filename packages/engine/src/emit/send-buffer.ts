import type { Append, AttemptName, KeptStep } from '@runtape/event-log';
import { canGrow, joinTokens, type WorkflowEvent, type WorkflowSummary } from '@runtape/events';

/** Stored in the same atomic step as an event. */
export interface Attached {
  readonly summary?: Partial<WorkflowSummary> | undefined;
  /** The result of the step that completes with the event. */
  readonly kept?: KeptStep | undefined;
}

export interface WaitingEvent extends Attached {
  readonly event: WorkflowEvent;
  /** Size of the event as JSON. */
  readonly bytes: number;
}

/** The content of one append. Immutable once sent, so that it can be sent again. */
export interface Batch extends Omit<Append, keyof AttemptName> {
  /** Upper bound of the size of its events as JSON. */
  readonly bytes: number;
}

/** Limit of one joined token: a live reader still sees the text grow. */
const MAX_JOINED_CHARS = 16_384;
/** Limit of one append; a single event may be larger. */
const MAX_BATCH_BYTES = 512 * 1024;
const MAX_BATCH_EVENTS = 512;
/** `emit` waits while the buffer holds more than this. */
const ROOM_BYTES = 256 * 1024;
const ROOM_EVENTS = 512;

/** Seq of the last event of a batch. */
export function endOf({ after, events }: Batch): number {
  return after + events.length;
}

/** Redis fsyncs every second, and a busy disk may take another one. */
const RETAIN_MS = 5_000;
const MAX_RETAINED_BYTES = 4 * 1024 * 1024;

/** Events emitted but not sent yet, in order. Neighbouring tokens are joined. */
export class SendBuffer {
  #events: WaitingEvent[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  get count(): number {
    return this.#events.length;
  }

  /** Whether it holds only one token, which the next one may be joined to. */
  get isGrowing(): boolean {
    const [only] = this.#events;
    return (
      only !== undefined &&
      this.#events.length === 1 &&
      only.kept === undefined &&
      canGrow(only.event, MAX_JOINED_CHARS)
    );
  }

  get hasRoom(): boolean {
    return this.#bytes < ROOM_BYTES && this.#events.length < ROOM_EVENTS;
  }

  add(added: WaitingEvent): void {
    const last = this.#events.at(-1);
    const joined =
      last && !last.kept && !added.kept
        ? joinTokens(last.event, added.event, MAX_JOINED_CHARS)
        : null;
    this.#bytes += added.bytes;
    if (last === undefined || joined === null) {
      this.#events.push(added);
      return;
    }
    const { summary: before } = last;
    const summary = added.summary === undefined ? before : { ...before, ...added.summary };
    // Counts the second envelope too, so that the total stays consistent; slightly too high.
    this.#events[this.#events.length - 1] = {
      event: joined,
      bytes: last.bytes + added.bytes,
      summary,
    };
  }

  /** Removes the events of the next append: up to a size limit, with at most one kept result. */
  take(after: number): Batch {
    const taken = this.#events.splice(0, this.#countForOne());
    const summary: Partial<WorkflowSummary> = {};
    let bytes = 0;
    for (const waiting of taken) {
      bytes += waiting.bytes;
      Object.assign(summary, waiting.summary);
    }
    this.#bytes -= bytes;
    const events = taken.map(({ event }) => event);
    return { after, events, summary, step: taken.at(-1)?.kept, bytes };
  }

  #countForOne(): number {
    let bytes = 0;
    for (const [count, waiting] of this.#events.entries()) {
      bytes += waiting.bytes;
      if (count > 0 && (count === MAX_BATCH_EVENTS || bytes > MAX_BATCH_BYTES)) return count;
      if (waiting.kept) return count + 1;
    }
    return this.#events.length;
  }

  clear(): void {
    this.#events = [];
    this.#bytes = 0;
  }
}

interface ConfirmedBatch {
  readonly batch: Batch;
  /** In ms since 1970. */
  readonly at: number;
}

/**
 * The batches sent: the unconfirmed ones, and those confirmed in the last seconds, up to a byte
 * limit, which the store may still lose because they are not on disk.
 */
export class SentBatches {
  /** In flight or to be sent again, in order. */
  #unconfirmed: Batch[] = [];
  #resend: Batch[] = [];
  /** Contiguous, oldest first. */
  #confirmed: ConfirmedBatch[] = [];
  #confirmedBytes = 0;
  #sentTo: number;
  #storedTo: number;

  /** @param tail the seq at which the log ends. */
  constructor(tail: number) {
    this.#sentTo = tail;
    this.#storedTo = tail;
  }

  /** Seq of the last event sent. */
  get sentTo(): number {
    return this.#sentTo;
  }

  /** Seq of the last event known to be stored. */
  get storedTo(): number {
    return this.#storedTo;
  }

  get areConfirmed(): boolean {
    return this.#unconfirmed.length === 0;
  }

  get areDurable(): boolean {
    return this.#confirmed.length === 0;
  }

  add(batch: Batch): void {
    this.#sentTo = endOf(batch);
    this.#unconfirmed.push(batch);
  }

  /** The next batch that must be sent again. */
  takeResend(): Batch | undefined {
    return this.#resend.shift();
  }

  resendUnconfirmed(): void {
    this.#resend = [...this.#unconfirmed];
  }

  /**
   * Confirms everything up to this seq: an append succeeds only after all those sent before it.
   * @param at in ms since 1970.
   */
  confirm(seq: number, at: number): void {
    this.#storedTo = Math.max(this.#storedTo, seq);
    const firstUnstored = this.#unconfirmed.findIndex((batch) => endOf(batch) > this.#storedTo);
    const count = firstUnstored === -1 ? this.#unconfirmed.length : firstUnstored;
    for (const batch of this.#unconfirmed.splice(0, count)) {
      this.#confirmed.push({ batch, at });
      this.#confirmedBytes += batch.bytes;
    }
    while (this.#confirmedBytes > MAX_RETAINED_BYTES) this.#dropOldest();
  }

  /** Drops batches confirmed well before `at`: the log was intact then, so they are on disk. */
  confirmDurable(at: number): void {
    while ((this.#confirmed[0]?.at ?? Infinity) < at - RETAIN_MS) this.#dropOldest();
  }

  /**
   * Adopts the tail of the log: what it has is confirmed, what it lost is unconfirmed again.
   * @param at in ms since 1970.
   * @returns false when some of what the log lacks is no longer retained.
   */
  adoptTail(tail: number, at: number): boolean {
    const lost = this.#confirmed.filter(({ batch }) => endOf(batch) > tail);
    this.#confirmed.length -= lost.length;
    for (const { batch } of lost) this.#confirmedBytes -= batch.bytes;
    this.confirm(tail, at);
    this.#unconfirmed.unshift(...lost.map(({ batch }) => batch));
    this.#storedTo = tail;
    return tail === (this.#unconfirmed[0]?.after ?? this.#sentTo);
  }

  clear(): void {
    this.#unconfirmed = [];
    this.#resend = [];
    this.#confirmed = [];
    this.#confirmedBytes = 0;
  }

  #dropOldest(): void {
    this.#confirmedBytes -= this.#confirmed.shift()?.batch.bytes ?? 0;
  }
}
