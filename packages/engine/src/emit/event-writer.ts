import {
  type Attempt,
  type EventLog,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import { type EmittedEvent, hasEnded, isTerminal, type WorkflowSummary } from '@runtape/events';
import { AttemptOvertaken, EngineError } from '../errors.ts';
import { ActivityNotes } from './activity-notes.ts';
import { stampEvent } from './stamp-event.ts';
import { type Attached, type Batch, endOf, WaitingEvents } from './waiting-events.ts';
import { whileAway } from '../time/while-away.ts';

const MAX_IN_FLIGHT = 8;
const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_EVENTS = 1_000_000;

export interface EventWriterOptions {
  readonly log: Pick<EventLog, 'append' | 'get'>;
  readonly attempt: Attempt;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** Told once, when the attempt can no longer write: `AttemptOvertaken`, or what the log failed with. */
  readonly onOver: (reason: Error) => void;
  /** Told, with what `emit` throws, when the log is full: only a terminal event has room in it. */
  readonly onFull?: ((reason: EngineError) => void) | undefined;
  /** How many appends may be under way at once. Default: 8. */
  readonly maxInFlight?: number | undefined;
  /** How large one event may be, as JSON in UTF-8. Default: 1 MB. */
  readonly maxEventBytes?: number | undefined;
  /** How many events the workflow may have, those of earlier attempts and the terminal one included. Default: 1,000,000. */
  readonly maxEvents?: number | undefined;
}

export interface EmitOptions extends Attached {
  /** The step it is emitted in. */
  readonly step?: string | undefined;
  /** Ends the waiting for room; the event is kept. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Brings the events of one attempt into the log: in order, each once, whatever happens on the way.
 *
 * Appends overlap, so that the log's answer is not waited for; what is emitted meanwhile goes out in one append once a place is free.
 * When an append fails, nobody knows which of those under way took effect. Then sending stops, the log is asked for its tail, what it has
 * is dropped, and the rest is sent again, in the same batches. This is sound because nobody else can append while this is
 * the newest attempt: the entry with a given number is always the event that this writer gave that number.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #waiting = new WaitingEvents();
  /** Sent and not known to be stored, in order. */
  #sent: Batch[] = [];
  /** Seq of the last event that was sent. */
  #sentTo: number;
  /** Seq of the last event that is known to be stored. */
  #storedTo: number;
  #summary: Partial<WorkflowSummary> | undefined;
  readonly #activity: ActivityNotes;
  #inFlight = 0;
  #failures = 0;
  #isInDoubt = false;
  readonly #over = new AbortController();
  readonly #waiters = new Set<Waiter>();

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#sentTo = options.attempt.record.tail;
    this.#storedTo = this.#sentTo;
    this.#activity = new ActivityNotes(options.attempt.record.summary.activity);
  }

  /** Aborts with the reason when the attempt can no longer write. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Puts an event in line.
   * @returns when there is room for more.
   * @throws EngineError `invalid_event`, `event_too_large`, `too_many_events`; the reason once the attempt is over.
   */
  async emit(event: EmittedEvent, options: EmitOptions = {}): Promise<void> {
    this.#over.signal.throwIfAborted();
    const { now, attempt, maxEventBytes = MAX_EVENT_BYTES } = this.#options;
    const stamped = stampEvent(event, { at: now(), attempt: attempt.attempt, step: options.step });
    const bytes = Buffer.byteLength(JSON.stringify(stamped));
    if (bytes > maxEventBytes) throw tooLarge(event.type, bytes, maxEventBytes);
    if (!isTerminal(stamped)) this.#refuseWhenFull();
    const activity = this.#activity.add(stamped);
    const summary = { ...this.#summary, ...options.summary, ...activity };
    this.#summary = undefined;
    this.#waiting.add({ event: stamped, bytes, summary, kept: options.kept });
    this.#pump();
    await this.#until(() => this.#waiting.hasRoom, options.signal);
  }

  /** Changes the summary with the next event. */
  note(summary: Partial<WorkflowSummary>): void {
    this.#summary = { ...this.#summary, ...summary };
  }

  /**
   * @returns when all that was emitted is stored.
   * @throws the reason once the attempt is over; the signal's once that has aborted.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    await this.#until(() => this.#waiting.isEmpty && this.#sent.length === 0, signal);
  }

  /** Sends nothing more, and forgets what was not sent. Idempotent; the first reason stays. */
  end(reason: Error): void {
    if (this.#over.signal.aborted) return;
    this.#waiting.clear();
    this.#sent = [];
    this.#over.abort(reason);
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#waiters.clear();
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
    while (!this.#isInDoubt && this.#inFlight < maxInFlight && !this.#waiting.isEmpty) {
      const batch = this.#waiting.take(this.#sentTo);
      this.#sentTo = endOf(batch);
      this.#sent.push(batch);
      void this.#send(batch);
    }
  }

  async #send(batch: Batch): Promise<void> {
    const { log, attempt } = this.#options;
    this.#inFlight += 1;
    try {
      const { workflowId } = attempt;
      await log.append(workflowId, { attempt: attempt.attempt, ...batch });
      this.#failures = 0;
      this.#acknowledge(endOf(batch));
    } catch (error) {
      this.#doubt(error);
    }
    this.#inFlight -= 1;
    if (this.#over.signal.aborted) return;
    // Only when none is under way does the log's answer say what became of all of them.
    if (this.#isInDoubt && this.#inFlight === 0) void this.#recover();
    else this.#pump();
    this.#tellWaiters();
  }

  /** An append only succeeds behind all that were sent before it, so they are stored too. */
  #acknowledge(seq: number): void {
    this.#storedTo = Math.max(this.#storedTo, seq);
    this.#sent = this.#sent.filter((batch) => endOf(batch) > this.#storedTo);
  }

  #doubt(error: unknown): void {
    if (!canBeCleared(error)) this.end(asError(error));
    else this.#isInDoubt = true;
  }

  async #recover(): Promise<void> {
    const { log, attempt, random } = this.#options;
    // The first time at once, and then with a growing distance, should every append fail and every question be answered.
    const failures = this.#failures++;
    try {
      const signal = this.#over.signal;
      const ask = (): Promise<WorkflowRecord | null> => log.get(attempt.workflowId);
      this.#compare(await whileAway(ask, { signal, random, failures }));
    } catch (error) {
      this.end(asError(error));
      return;
    }
    this.#isInDoubt = false;
    for (const batch of this.#sent) void this.#send(batch);
    this.#pump();
    this.#tellWaiters();
  }

  /** Drops what the log has. Throws why the attempt is over, if it is. */
  #compare(record: WorkflowRecord | null): void {
    const { attempt, workflowId } = this.#options.attempt;
    if (record === null) throw new AttemptOvertaken(`Workflow ${workflowId} is gone.`);
    if (record.attempt !== attempt) {
      throw new AttemptOvertaken(`Attempt ${record.attempt} took ${workflowId} over.`);
    }
    const missing = this.#sent.filter((batch) => endOf(batch) > record.tail);
    const expected = missing[0]?.after ?? this.#sentTo;
    const isSameLog = record.incarnation === this.#options.attempt.record.incarnation;
    if (!isSameLog || record.tail !== expected || record.tail < this.#storedTo) {
      throw logLost(workflowId);
    }
    this.#sent = missing;
    this.#storedTo = record.tail;
    if (hasEnded(record.status) && !(missing.length === 0 && this.#waiting.isEmpty)) {
      throw new AttemptOvertaken(`Workflow ${workflowId} has ended.`);
    }
  }

  async #until(isMet: () => boolean, signal?: AbortSignal): Promise<void> {
    this.#over.signal.throwIfAborted();
    if (isMet()) return;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { isMet, resolve, reject };
    const onAbort = (): void => reject(signal?.reason);
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #tellWaiters(): void {
    for (const { isMet, resolve } of this.#waiters) if (isMet()) resolve();
  }
}

/** Whether asking the log tells what to do. Anything else is a mistake of ours or a broken store, and repeats itself. */
function canBeCleared(error: unknown): boolean {
  return isEventLogError(
    error,
    'unavailable',
    'seq_conflict',
    'attempt_overtaken',
    'workflow_closed',
    'unknown_workflow',
  );
}

function tooLarge(type: string, bytes: number, most: number): EngineError {
  return new EngineError(
    'event_too_large',
    `An event "${type}" of ${bytes} bytes was emitted; at most ${most} are taken. Emit less, or in pieces.`,
  );
}

function tooMany(workflowId: string, most: number): EngineError {
  return new EngineError(
    'too_many_events',
    `${workflowId} has come to ${most} events, and no workflow may have more. All that it wrote before is there. Have it emit less, split the work over several workflows, or give the workers a higher MAX_EVENTS; then start it again.`,
  );
}

function logLost(workflowId: string): EngineError {
  return new EngineError(
    'log_lost',
    `The store no longer has all that ${workflowId} wrote to it. Start the workflow again, and check how the store is made durable.`,
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error.', { cause: thrown });
}
