import { Condition, sleepOrAbort } from '@runtape/async';
import {
  type Attempt,
  type AttemptName,
  type EventLog,
  isEventLogError,
  retryWhileUnavailable,
  type WorkflowRecord,
} from '@runtape/event-log';
import { hasEnded, isTerminal, type WorkflowSummary } from '@runtape/events';
import { AttemptOvertaken, type EngineError } from '../errors.ts';
import { ActivityHistogram } from './activity-histogram.ts';
import { bytesOf, stampEvent, type UncheckedEvent } from './stamp-event.ts';
import { WriterLease } from './writer-lease.ts';
import { type Attached, type Batch, endOf, SendBuffer, SentBatches } from './send-buffer.ts';
import { isReconcilable, logLost, tooLarge, tooMany } from './writer-errors.ts';
import type { Spent } from '../define/spending.ts';
import type { OutageListener } from '../lifecycle/store-outage.ts';

const MAX_IN_FLIGHT = 8;
const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_EVENTS = 1_000_000;
const DRAIN_POLL_MS = 1_000;

export interface EventWriterOptions {
  readonly log: Pick<EventLog, 'append' | 'get' | 'renew'>;
  readonly attempt: Attempt;
  /** Duration of a renewal, in ms. */
  readonly leaseMs: number;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** Called once when the attempt can no longer write: `AttemptOvertaken`, or the log's error. */
  readonly onClosed: (reason: Error) => void;
  /** Called with the error that `emit` throws when the log has room only for a terminal event. */
  readonly onFull?: ((reason: EngineError) => void) | undefined;
  /** Notified when the store is unavailable or accepts nothing, and when the backlog is stored. */
  readonly outage: OutageListener;
  /** How many appends may be in flight. Default: 8. */
  readonly maxInFlight?: number | undefined;
  /** Size limit of one event, as JSON in UTF-8 bytes. Default: 1 MB. */
  readonly maxEventBytes?: number | undefined;
  /** Event limit per workflow, over all attempts and with the terminal one. Default: 1,000,000. */
  readonly maxEvents?: number | undefined;
}

export interface EmitOptions extends Attached {
  /** The step that emits it. */
  readonly step?: string | undefined;
  /** Ends the wait for room; the event is kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Appends the events of one attempt to the log: in order, each exactly once.
 *
 * Appends are pipelined. Events emitted while all slots are taken are sent together in the next
 * append. Consecutive tokens wait for the append in flight and become one event, so a fast model
 * never causes more appends than the log answers.
 *
 * After a failed append it is unknown which of those in flight took effect. Sending stops, the tail
 * of the log is read, stored events are dropped, and the rest is sent again in the same batches.
 * This is sound because no other attempt can append while this is the newest: a given seq always
 * holds the event that this writer assigned to it.
 *
 * A store may also lose confirmed events. The latest are kept and sent again if they are missing;
 * if missing events are no longer kept, the attempt ends with `log_lost`.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #waiting = new SendBuffer();
  readonly #sent: SentBatches;
  readonly #lease: WriterLease;
  #summary: Partial<WorkflowSummary> | undefined;
  #spent: Spent | undefined;
  readonly #activity: ActivityHistogram;
  #inFlight = 0;
  #failures = 0;
  #mustReconcile = false;
  #isUnavailable = false;
  /** Why no more events are accepted. */
  #sealed: Error | undefined;
  readonly #closed = new AbortController();
  /** Notified when there may be room, or everything may be stored. */
  readonly #progress = new Condition();

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#sent = new SentBatches(options.attempt.record.tail);
    this.#activity = new ActivityHistogram(options.attempt.record.summary.activity);
    this.#lease = new WriterLease(options);
  }

  /** Identifies the attempt to the log. */
  get name(): AttemptName {
    return this.#lease.name;
  }

  /** Seq of the last confirmed event. */
  get storedTo(): number {
    return this.#sent.storedTo;
  }

  /** Aborts with the reason when the attempt can no longer write. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Buffers an event for the next append.
   * @returns when the buffer has room.
   * @throws EngineError `invalid_event`, `event_too_large`, `too_many_events`; the reason once the
   *    attempt is over.
   */
  async emit(event: UncheckedEvent, options: EmitOptions = {}): Promise<void> {
    this.#closed.signal.throwIfAborted();
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
    this.#closed.signal.throwIfAborted();
    if (this.#waiting.hasRoom) return;
    await this.#progress.until(() => this.#waiting.hasRoom, options.signal);
  }

  /** Changes the summary with the next event. @param spent total that this event reports. */
  note(summary: Partial<WorkflowSummary>, spent = this.#spent): void {
    this.#summary = { ...this.#summary, ...summary };
    this.#spent = spent;
  }

  /**
   * @returns when everything emitted is stored.
   * @throws the reason once the attempt is over; the signal's once it has aborted.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#closed.signal.throwIfAborted();
    await this.#progress.until(() => this.#waiting.isEmpty && this.#sent.areConfirmed, signal);
  }

  /** A request sent at this time (ms since 1970) found everything confirmed still in the log. */
  confirmDurable(at: number): void {
    this.#sent.confirmDurable(at);
  }

  /**
   * Compares with the log and sends what it lacks. @param reason the rejection, if there was one.
   */
  reconcile(reason?: unknown): void {
    if (this.#closed.signal.aborted) return;
    this.#lease.noteRejection(reason);
    const wasReconciling = this.#mustReconcile;
    this.#mustReconcile = true;
    if (!wasReconciling && this.#inFlight === 0) void this.#reconcile();
  }

  /**
   * Accepts no more events, but resends what the store may still lose, above all the terminal
   * event.
   * @param signal ends it immediately.
   */
  async drain(reason: Error, signal: AbortSignal): Promise<void> {
    this.#sealed = reason;
    const leaving = AbortSignal.any([signal, this.#closed.signal]);
    while (!leaving.aborted && !this.#sent.areDurable) {
      await sleepOrAbort(DRAIN_POLL_MS, leaving);
      this.reconcile();
    }
    this.end(reason);
  }

  /** Stops sending and drops what was not sent. Idempotent; the first reason counts. */
  end(reason: Error): void {
    if (this.#closed.signal.aborted) return;
    this.#waiting.clear();
    this.#sent.clear();
    this.#closed.abort(reason);
    this.#progress.reject(reason);
    this.#reportRecovery();
    this.#options.onClosed(reason);
  }

  /** One event is reserved for the terminal one. */
  #refuseWhenFull(): void {
    const { attempt, maxEvents = MAX_EVENTS, onFull } = this.#options;
    if (this.#sent.sentTo + this.#waiting.count < maxEvents - 1) return;
    const reason = tooMany(attempt.workflowId, maxEvents);
    onFull?.(reason);
    throw reason;
  }

  #pump(): void {
    const { maxInFlight = MAX_IN_FLIGHT } = this.#options;
    while (!this.#mustReconcile && this.#inFlight < maxInFlight) {
      const batch = this.#sent.takeResend() ?? this.#takeWaiting();
      if (batch === undefined) return;
      void this.#send(batch);
    }
  }

  /**
   * Text that can still grow waits for the append in flight. The first token is never held back.
   */
  #takeWaiting(): Batch | undefined {
    if (this.#waiting.isEmpty) return undefined;
    if (this.#inFlight > 0 && this.#waiting.isGrowing) return undefined;
    const batch = this.#waiting.take(this.#sent.sentTo);
    this.#sent.add(batch);
    return batch;
  }

  async #send(batch: Batch): Promise<void> {
    const { log, attempt, now } = this.#options;
    const { after, events, summary, step } = batch;
    const sentAt = now();
    this.#inFlight += 1;
    try {
      await log.append(attempt.workflowId, { ...this.name, after, events, summary, step });
      this.#sent.confirm(endOf(batch), now());
      if (this.#sent.areConfirmed) this.#failures = 0;
      if (!this.#mustReconcile) this.#reportRecovery();
      // The reply may have waited in this process while the store lost everything.
      this.confirmDurable(sentAt);
    } catch (error) {
      this.#fail(error);
    }
    this.#inFlight -= 1;
    if (this.#closed.signal.aborted) return;
    // The tail is only conclusive when no append is in flight.
    if (this.#mustReconcile && this.#inFlight === 0) void this.#reconcile();
    else this.#pump();
    this.#progress.notify();
  }

  #fail(error: unknown): void {
    if (!isReconcilable(error)) this.end(asError(error));
    else if (isEventLogError(error, 'unavailable')) this.#reportOutage(error);
    this.#lease.noteRejection(error);
    this.#mustReconcile = true;
  }

  #reportOutage(error: unknown): void {
    // An append in flight may still fail after the attempt is over.
    if (this.#closed.signal.aborted) return;
    this.#isUnavailable = true;
    this.#options.outage.onUnavailable(error);
  }

  #reportRecovery(): void {
    if (!this.#isUnavailable) return;
    this.#isUnavailable = false;
    this.#options.outage.onRecovered();
  }

  async #reconcile(): Promise<void> {
    const { random, now } = this.#options;
    const readAt = now();
    // Immediately the first time, then with backoff, in case every append fails while reads
    // succeed.
    const failures = this.#failures++;
    try {
      const { signal } = this.#closed;
      // Answering reads is not enough: a full store has recovered only when it accepts writes.
      const onUnavailable = (error: unknown): void => this.#reportOutage(error);
      await retryWhileUnavailable(() => this.#readTail(), {
        signal,
        random,
        failures,
        onUnavailable,
      });
    } catch (error) {
      this.end(asError(error));
      return;
    }
    this.#mustReconcile = false;
    if (this.#sent.areConfirmed) {
      this.#failures = 0;
      this.#reportRecovery();
      this.confirmDurable(readAt);
    }
    this.#pump();
    this.#progress.notify();
  }

  /** Reads the tail. Throws the reason if the attempt is over, and `unavailable` to be retried. */
  async #readTail(): Promise<void> {
    const { log, attempt } = this.#options;
    const record = await log.get(attempt.workflowId);
    this.#closed.signal.throwIfAborted();
    this.#lease.check(record);
    this.#compare(record);
    if (await this.#lease.confirm()) this.#sent.resendUnconfirmed();
    // The log changed in between, e.g. because an earlier request for a new incarnation arrived
    // late.
    else await this.#readTail();
  }

  /** Drops stored events and resends lost ones. Throws `log_lost` if too much is missing. */
  #compare(record: WorkflowRecord): void {
    const { workflowId } = this.#options.attempt;
    if (!this.#sent.adoptTail(record.tail, this.#options.now())) throw logLost(workflowId);
    if (hasEnded(record.status) && !(this.#sent.areConfirmed && this.#waiting.isEmpty)) {
      throw new AttemptOvertaken(`Workflow ${workflowId} has ended.`);
    }
  }
}

/**
 * Merges the second over the first. Copies nothing if one is missing, as for nearly every token.
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
