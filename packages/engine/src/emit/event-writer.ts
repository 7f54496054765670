import {
  type Attempt,
  type AttemptName,
  type EventLog,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import { type EmittedEvent, hasEnded, isTerminal, type WorkflowSummary } from '@runtape/events';
import { AttemptOvertaken, type EngineError } from '../errors.ts';
import { ActivityHistogram } from './activity-histogram.ts';
import { RetransmitBuffer } from './retransmit-buffer.ts';
import { bytesOf, stampEvent } from './stamp-event.ts';
import { WriterLease } from './writer-lease.ts';
import { type Attached, type Batch, endOf, SendBuffer } from './send-buffer.ts';
import { Waiters } from './waiters.ts';
import { isReconcilable, logLost, tooLarge, tooMany } from './writer-errors.ts';
import type { Spent } from '../define/spending.ts';
import { sleep } from '../time/sleep.ts';
import type { OutageListener } from '../lifecycle/store-outage.ts';
import { whileAway } from '../time/while-away.ts';

const MAX_IN_FLIGHT = 8;
const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_EVENTS = 1_000_000;
const LOOK_AGAIN_MS = 1_000;

export interface EventWriterOptions {
  readonly log: Pick<EventLog, 'append' | 'get' | 'renew'>;
  readonly attempt: Attempt;
  /** For how long the attempt is renewed when it has to be, in ms. */
  readonly leaseMs: number;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /**
   * Told once, when the attempt can no longer write: `AttemptOvertaken`, or what the log failed
   * with.
   */
  readonly onOver: (reason: Error) => void;
  /** Told, with what `emit` throws, when the log is full: only a terminal event has room in it. */
  readonly onFull?: ((reason: EngineError) => void) | undefined;
  /**
   * Hears of a store that is away, or that answers but takes nothing, and of when what was held up
   * is stored.
   */
  readonly outage: OutageListener;
  /** How many appends may be under way at once. Default: 8. */
  readonly maxInFlight?: number | undefined;
  /** How large one event may be, as JSON in UTF-8. Default: 1 MB. */
  readonly maxEventBytes?: number | undefined;
  /**
   * How many events the workflow may have, those of earlier attempts and the terminal one included.
   * Default: 1,000,000.
   */
  readonly maxEvents?: number | undefined;
}

export interface EmitOptions extends Attached {
  /** The step it is emitted in. */
  readonly step?: string | undefined;
  /** Ends the waiting for room; the event is kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings the events of one attempt into the log: in order, each once, whatever happens on the way.
 *
 * Appends overlap, so that the log's answer is not waited for; what is emitted meanwhile goes out
 * in one append once a place is free. Tokens that follow each other wait for the append under way,
 * and are one event then: however fast a model writes, the log gets no more appends than it
 * answers. When an append fails, nobody knows which of those under way took effect. Then sending
 * stops, the log is asked for its tail, what it has is dropped, and the rest is sent again, in the
 * same batches. This is sound because nobody else can append while this is the newest attempt: the
 * entry with a given number is always the event that this writer gave that number.
 *
 * A store may also lose what it had confirmed. So the latest of that is kept, and sent again when
 * it is missing; what is missing and not kept any more ends the attempt with `log_lost`.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #waiting = new SendBuffer();
  /** Sent and not known to be stored, in order. */
  #sent: Batch[] = [];
  /** Of those, what waits to be sent again. */
  #resend: Batch[] = [];
  readonly #retransmit = new RetransmitBuffer();
  readonly #lease: WriterLease;
  /** Seq of the last event that was sent. */
  #sentTo: number;
  /** Seq of the last event that is known to be stored. */
  #storedTo: number;
  #summary: Partial<WorkflowSummary> | undefined;
  #spent: Spent | undefined;
  readonly #activity: ActivityHistogram;
  #inFlight = 0;
  #failures = 0;
  #mustReconcile = false;
  /** Why nothing more is taken. */
  #sealed: Error | undefined;
  readonly #over = new AbortController();
  readonly #waiters = new Waiters();

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#sentTo = options.attempt.record.tail;
    this.#storedTo = this.#sentTo;
    this.#activity = new ActivityHistogram(options.attempt.record.summary.activity);
    this.#lease = new WriterLease(options);
  }

  /** As the log knows the attempt now. */
  get name(): AttemptName {
    return this.#lease.name;
  }

  /** Seq of the last event that the log has confirmed. */
  get storedTo(): number {
    return this.#storedTo;
  }

  /** Aborts with the reason when the attempt can no longer write. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Puts an event in line.
   * @returns when there is room for more.
   * @throws EngineError `invalid_event`, `event_too_large`, `too_many_events`; the reason once the
   *   attempt is over.
   */
  async emit(event: EmittedEvent, options: EmitOptions = {}): Promise<void> {
    this.#over.signal.throwIfAborted();
    if (this.#sealed !== undefined) throw this.#sealed;
    const { now, attempt, maxEventBytes = MAX_EVENT_BYTES } = this.#options;
    const stamp = { at: now(), attempt: attempt.attempt, step: options.step, spent: this.#spent };
    const stamped = stampEvent(event, stamp);
    const bytes = bytesOf(stamped, maxEventBytes);
    if (bytes > maxEventBytes) throw tooLarge(event.type, bytes, maxEventBytes);
    if (!isTerminal(stamped)) this.#refuseWhenFull();
    const { activity } = this.#activity.add(stamped);
    const noted = merge(this.#summary, options.summary);
    const summary = activity === undefined ? noted : { ...noted, activity };
    this.#summary = undefined;
    this.#spent = undefined;
    this.#waiting.add({ event: stamped, bytes, summary, kept: options.kept });
    this.#pump();
    this.#over.signal.throwIfAborted();
    if (this.#waiting.hasRoom) return;
    await this.#waiters.until(() => this.#waiting.hasRoom, options.signal);
  }

  /**
   * Changes the summary with the next event. @param spent what that event also tells that the
   * workflow has spent.
   */
  note(summary: Partial<WorkflowSummary>, spent = this.#spent): void {
    this.#summary = { ...this.#summary, ...summary };
    this.#spent = spent;
  }

  /**
   * @returns when all that was emitted is stored.
   * @throws the reason once the attempt is over; the signal's once that has aborted.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#over.signal.throwIfAborted();
    await this.#waiters.until(() => this.#waiting.isEmpty && this.#sent.length === 0, signal);
  }

  /**
   * A question that was asked at this time, in ms since 1970, found the log to have everything that
   * it had confirmed.
   */
  confirmWhole(at: number): void {
    this.#retransmit.confirmDurable(at);
  }

  /**
   * Asks the log what it has, and puts right what it lacks. @param reason what it refused with, if
   * it did.
   */
  reconcile(reason?: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#lease.noteRejection(reason);
    const wasReconciling = this.#mustReconcile;
    this.#mustReconcile = true;
    if (!wasReconciling && this.#inFlight === 0) void this.#reconcile();
  }

  /**
   * Takes nothing more, but stays to write again what the store may lose yet, above all the end.
   * Then it ends.
   * @param signal ends it at once.
   */
  async drain(reason: Error, signal: AbortSignal): Promise<void> {
    this.#sealed = reason;
    const leaving = AbortSignal.any([signal, this.#over.signal]);
    while (!leaving.aborted && !this.#retransmit.isEmpty) {
      await sleep(LOOK_AGAIN_MS, leaving).catch(() => undefined);
      this.reconcile();
    }
    this.end(reason);
  }

  /** Sends nothing more, and forgets what was not sent. Idempotent; the first reason stays. */
  end(reason: Error): void {
    if (this.#over.signal.aborted) return;
    this.#waiting.clear();
    this.#sent = [];
    this.#resend = [];
    this.#retransmit.clear();
    this.#over.abort(reason);
    this.#waiters.reject(reason);
    this.#options.outage.onBack();
    this.#options.onOver(reason);
  }

  /** The last place is kept for the terminal event. */
  #refuseWhenFull(): void {
    const { attempt, maxEvents = MAX_EVENTS, onFull } = this.#options;
    if (this.#sentTo + this.#waiting.count < maxEvents - 1) return;
    const reason = tooMany(attempt.workflowId, maxEvents);
    onFull?.(reason);
    throw reason;
  }

  #pump(): void {
    const { maxInFlight = MAX_IN_FLIGHT } = this.#options;
    while (!this.#mustReconcile && this.#inFlight < maxInFlight) {
      const batch = this.#resend.shift() ?? this.#takeWaiting();
      if (batch === undefined) return;
      void this.#send(batch);
    }
  }

  /**
   * What can still grow waits for the append under way, and is one event then; the first is never
   * held back.
   */
  #takeWaiting(): Batch | undefined {
    if (this.#waiting.isEmpty) return undefined;
    if (this.#inFlight > 0 && this.#waiting.isGrowing) return undefined;
    const batch = this.#waiting.take(this.#sentTo);
    this.#sentTo = endOf(batch);
    this.#sent.push(batch);
    return batch;
  }

  async #send(batch: Batch): Promise<void> {
    const { log, attempt, now } = this.#options;
    const { after, events, summary, step } = batch;
    const sentAt = now();
    this.#inFlight += 1;
    try {
      await log.append(attempt.workflowId, { ...this.name, after, events, summary, step });
      this.#acknowledge(endOf(batch));
      if (this.#sent.length === 0) this.#failures = 0;
      if (!this.#mustReconcile) this.#options.outage.onBack();
      // The answer may have waited for us, and the store have lost everything meanwhile.
      this.confirmWhole(sentAt);
    } catch (error) {
      this.#fail(error);
    }
    this.#inFlight -= 1;
    if (this.#over.signal.aborted) return;
    // Only when none is under way does the log's answer say what became of all of them.
    if (this.#mustReconcile && this.#inFlight === 0) void this.#reconcile();
    else this.#pump();
    this.#waiters.notify();
  }

  /** An append only succeeds behind all that were sent before it, so they are stored too. */
  #acknowledge(seq: number): void {
    this.#storedTo = Math.max(this.#storedTo, seq);
    const now = this.#options.now();
    const isStored = (batch: Batch): boolean => endOf(batch) <= this.#storedTo;
    for (const batch of this.#sent.filter(isStored)) this.#retransmit.add(batch, now);
    this.#sent = this.#sent.filter((batch) => !isStored(batch));
  }

  #fail(error: unknown): void {
    if (!isReconcilable(error)) this.end(asError(error));
    else if (isEventLogError(error, 'unavailable')) this.#isAway(error);
    this.#lease.noteRejection(error);
    this.#mustReconcile = true;
  }

  /** What is under way when the attempt is over may fail later. */
  #isAway(error: unknown): void {
    if (!this.#over.signal.aborted) this.#options.outage.onAway(error);
  }

  async #reconcile(): Promise<void> {
    const { random, now, outage } = this.#options;
    const askedAt = now();
    // The first time at once, and then with a growing distance, should every append fail and every
    // question be answered.
    const failures = this.#failures++;
    try {
      const { signal } = this.#over;
      // That it answers does not mean that it takes anything: a full one is back when it does.
      const asking = {
        onAway: (error: unknown) => this.#isAway(error),
        onBack: () => undefined,
      };
      await whileAway(() => this.#readTail(), { signal, random, failures, outage: asking });
    } catch (error) {
      this.end(asError(error));
      return;
    }
    this.#mustReconcile = false;
    if (this.#sent.length === 0) {
      this.#failures = 0;
      outage.onBack();
      this.confirmWhole(askedAt);
    }
    this.#pump();
    this.#waiters.notify();
  }

  /**
   * Finds out what the log has. Throws why the attempt is over, if it is, and `unavailable` to be
   * asked again.
   */
  async #readTail(): Promise<void> {
    const { log, attempt } = this.#options;
    const record = await log.get(attempt.workflowId);
    this.#over.signal.throwIfAborted();
    this.#lease.check(record);
    this.#compare(record);
    if (await this.#lease.confirm()) this.#resend = [...this.#sent];
    // The log is not as it just was: perhaps because an earlier try to go on anew has only now got
    // there.
    else await this.#readTail();
  }

  /**
   * Drops what the log has, and takes back what it has lost. Throws `log_lost` when that is more
   * than is kept.
   */
  #compare(record: WorkflowRecord): void {
    const { workflowId } = this.#options.attempt;
    const lost = this.#retransmit.takeLost(record.tail);
    this.#acknowledge(record.tail);
    this.#sent = [...lost, ...this.#sent];
    this.#storedTo = record.tail;
    if (record.tail !== (this.#sent[0]?.after ?? this.#sentTo)) throw logLost(workflowId);
    if (hasEnded(record.status) && !(this.#sent.length === 0 && this.#waiting.isEmpty)) {
      throw new AttemptOvertaken(`Workflow ${workflowId} has ended.`);
    }
  }
}

/**
 * Both, the second over the first; nothing is copied for the one that is not there, as with nearly
 * every token.
 */
function merge<Part extends object>(
  left: Part | undefined,
  right: Part | undefined,
): Part | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : { ...left, ...right };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error.', { cause: thrown });
}
