import { sleepOrAbort, withJitter, withTimeout } from '@runtape/async';
import {
  type Attempt,
  type EventLog,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import { WorkerStopped } from '../errors.ts';
import { FairQueue } from '../queue/fair-queue.ts';
import type { Consumer, WorkflowQueue } from '../queue/workflow-queue.ts';
import { sweepPaused } from '../commands/apply-pending-commands.ts';
import { isCancelRequested } from '../commands/effective-command.ts';
import { runAttempt, type RunAttemptOptions } from '../run/run-attempt.ts';
import { definitionsByName } from '../start/definitions-by-name.ts';
import { LoopGuard, type LoopGuardOptions } from '../loop-guard/loop-guard.ts';
import { Slots } from './slots.ts';
import { SweepPages } from './sweep-pages.ts';
import { type OutageListener, StoreOutage } from '../lifecycle/store-outage.ts';
import { WaitingRetries } from './waiting-retries.ts';

const CONCURRENCY = 4;
const LEASE_MS = 8_000;
const SWEEP_MS = 1_000;
/** Temporary failures, such as of an endpoint, take more than a second to recover. */
const RETRY_BASE_MS = 4_000;
const GRACE_MS = 10_000;
/** Time for clean-ups, and to store how attempts end. */
const HAND_OVER_MS = 5_000;
const LAST_MS = 1_000;

export interface WorkerOptions {
  readonly log: EventLog;
  readonly queue: WorkflowQueue;
  /** Workflows of other definitions are left to other workers. */
  readonly definitions: readonly WorkflowDefinition[];
  /** How many workflows run concurrently, from 1. Default: 4. */
  readonly concurrency?: number | undefined;
  /**
   * A workflow without renewals for this many ms is taken over by another worker. Default: 8,000.
   */
  readonly leaseMs?: number | undefined;
  /**
   * How often to sweep for workflows that no worker runs, in ms, plus or minus a quarter. Default:
   * 1,000.
   */
  readonly sweepMs?: number | undefined;
  /**
   * Longest wait before the second attempt, in ms; doubles with each further one, up to a minute.
   * The actual wait is between half and all of it. Default: 4,000.
   */
  readonly retryBaseMs?: number | undefined;
  /** Size limit of one event, as JSON in UTF-8 bytes. Default: 1 MB. */
  readonly maxEventBytes?: number | undefined;
  /** A workflow with more events fails with `too_many_events`. Default: 1,000,000. */
  readonly maxEvents?: number | undefined;
  /**
   * How a thread that watches this process's event loop opens the log. A workflow that blocks the
   * loop for as long as a lease then fails, instead of looking like a lost worker and blocking the
   * next one. Default: no watch.
   */
  readonly loopGuard?: LoopGuardOptions | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** A monotonic clock, in ms. Default: `performance.now`. */
  readonly elapsed?: (() => number) | undefined;
  /** Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Called with internal errors, for the process log. Default: ignored. */
  readonly onError?: ((error: unknown, about: { workflowId?: WorkflowId }) => void) | undefined;
  /**
   * Called when a store that was unavailable or full works again, with the duration in ms.
   * `onError` reports the outage once, however many workflows wait. Default: ignored.
   */
  readonly onStoreRecovered?: ((awayMs: number) => void) | undefined;
}

export interface Worker {
  /** Begins to take workflows, and immediately those that no worker runs. */
  start(): Promise<void>;
  /**
   * Takes no more workflows, waits for running ones, and after `graceMs` (default: 10,000) hands
   * over the rest: another worker continues after their last completed step. Does not count as a
   * failure. Idempotent.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Makes a worker. It takes workflows from the queue, and sweeps the log for those that no worker
 * runs because theirs died or their message was lost.
 */
export function createWorker(options: WorkerOptions): Worker {
  return new EngineWorker(options);
}

interface Running {
  readonly attempt: Promise<void>;
  readonly owner: string | null;
}

class EngineWorker implements Worker {
  readonly #options: WorkerOptions;
  readonly #definitions: ReadonlyMap<string, WorkflowDefinition>;
  readonly #slots: Slots;
  readonly #running = new Map<WorkflowId, Running>();
  /** Tasks that outlive their attempt a little. */
  readonly #background = new Set<Promise<void>>();
  readonly #retries: WaitingRetries;
  readonly #pages: SweepPages;
  readonly #outage: StoreOutage;
  readonly #beginning: OutageListener;
  /** Aborts when no more workflows are taken. */
  readonly #closing = new AbortController();
  /** Aborts when running workflows are handed over. */
  readonly #stopping = new AbortController();
  /** Aborts when the worker stops waiting even for the store. */
  readonly #givingUp = new AbortController();
  #guard: LoopGuard | undefined;
  #consumer: Consumer | undefined;
  #sweeping: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#definitions = definitionsByName(options.definitions);
    this.#slots = new Slots(options.concurrency ?? CONCURRENCY);
    const { log, now = Date.now, elapsed = () => performance.now() } = options;
    this.#retries = new WaitingRetries({ log, now, elapsed });
    this.#pages = new SweepPages(log);
    this.#outage = new StoreOutage({
      onUnavailable: (error) => options.onError?.(error, {}),
      onRecovered: (awayMs) => this.#reportRecovery(awayMs),
      elapsed,
    });
    this.#beginning = this.#outage.listener();
  }

  async start(): Promise<void> {
    const isStarted = this.#consumer !== undefined || this.#guard !== undefined;
    if (isStarted || this.#closing.signal.aborted) return;
    const { queue, concurrency = CONCURRENCY, loopGuard, leaseMs = LEASE_MS } = this.#options;
    if (loopGuard !== undefined && LoopGuard.isPossible) {
      const onError = (error: unknown): void => this.#report(error, {});
      this.#guard = new LoopGuard(loopGuard, { leaseMs, onError });
      // The first workflow may already block the loop.
      await this.#guard.ready;
      if (this.#closing.signal.aborted) return;
    }
    this.#consumer = queue.consume((workflowId) => this.#onMessage(workflowId), { concurrency });
    this.#sweeping = this.#sweepPeriodically();
  }

  async stop({ graceMs = GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    await this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    this.#closing.abort(new WorkerStopped());
    await this.#consumer?.pause();
    await this.#waitUntilIdle(graceMs);
    this.#stopping.abort(new WorkerStopped());
    await this.#waitUntilIdle(HAND_OVER_MS);
    this.#givingUp.abort(new WorkerStopped());
    // Everything ends now except calls to a store that never answers.
    const attempts = Array.from(this.#running.values(), ({ attempt }) => attempt);
    const running = Promise.all([...attempts, ...this.#background]);
    await withTimeout(
      Promise.all([running, this.#consumer?.close(), this.#sweeping]),
      LAST_MS,
      () => undefined,
    );
    await this.#guard?.stop();
  }

  async #waitUntilIdle(ms: number): Promise<void> {
    await withTimeout(
      Promise.all(Array.from(this.#running.values(), ({ attempt }) => attempt)),
      ms,
      () => undefined,
    );
  }

  /** A sweep may have taken all slots. The message waits, and may find nothing left to do. */
  async #onMessage(workflowId: WorkflowId): Promise<void> {
    await this.#slots.take();
    try {
      const record = await this.#options.log.get(workflowId);
      if (record !== null && (await this.#canRun(record))) await this.#run(record);
    } catch (error) {
      this.#report(error, { workflowId });
    } finally {
      this.#slots.giveBack();
    }
  }

  async #sweepPeriodically(): Promise<void> {
    const { sweepMs = SWEEP_MS, random = Math.random } = this.#options;
    const { signal } = this.#closing;
    const { onUnavailable, onRecovered } = this.#outage.listener();
    while (!signal.aborted) {
      await this.#sweep().then(onRecovered, onUnavailable);
      await sleepOrAbort(withJitter(sweepMs, 0.25, random), signal);
    }
    onRecovered();
  }

  async #sweep(): Promise<void> {
    if (this.#slots.free === 0) return;
    const { workflows, all } = await this.#pages.next();
    if (all !== null) this.#retries.keepOnly(all);
    let hasWork = false;
    const turns = this.#turnsOf(workflows);
    for (let next = turns.take(); next !== undefined; next = turns.take()) {
      const record = next.item;
      if (!(await this.#canRun(record))) {
        turns.done(next.owner);
        await this.#applyPendingResume(record);
        continue;
      }
      hasWork = true;
      if (!this.#slots.tryTake()) return;
      void this.#run(record).finally(() => this.#slots.giveBack());
    }
    // Another worker may have taken what could not begin while the store was full.
    if (!hasWork) this.#beginning.onRecovered();
  }

  /** Fair between owners here, too: after a restart all work comes from sweeps. */
  #turnsOf(workflows: readonly WorkflowRecord[]): FairQueue<WorkflowId, WorkflowRecord> {
    const turns = new FairQueue<WorkflowId, WorkflowRecord>();
    for (const { owner } of this.#running.values()) turns.begin(owner);
    for (const record of workflows) turns.add(record.workflowId, record, record.owner);
    return turns;
  }

  async #canRun(record: WorkflowRecord): Promise<boolean> {
    const { log } = this.#options;
    if (this.#closing.signal.aborted || this.#running.has(record.workflowId)) return false;
    if (!this.#definitions.has(record.workflow)) return false;
    if (record.status !== 'paused' && (await this.#retries.isDue(record))) return true;
    return await isCancelRequested(log, record.workflowId);
  }

  async #applyPendingResume(record: WorkflowRecord): Promise<void> {
    const { log, queue, now = Date.now } = this.#options;
    const { workflowId, workflow } = record;
    if (record.status !== 'paused' || !this.#definitions.has(workflow)) return;
    if (this.#closing.signal.aborted || this.#running.has(workflowId)) return;
    await sweepPaused(record, { log, queue, now, onError: this.#report.bind(this) });
  }

  async #run({ workflowId, workflow, owner }: WorkflowRecord): Promise<void> {
    const definition = this.#definitions.get(workflow);
    if (definition === undefined || this.#running.has(workflowId)) return;
    const attempt = this.#attempt(workflowId, definition)
      .catch((error: unknown) => this.#report(error, { workflowId }))
      .finally(() => this.#running.delete(workflowId));
    this.#running.set(workflowId, { attempt, owner });
    await attempt;
  }

  async #attempt(workflowId: WorkflowId, definition: WorkflowDefinition): Promise<void> {
    const { log, queue, leaseMs = LEASE_MS, maxEventBytes, maxEvents } = this.#options;
    const { now = Date.now, random = Math.random, retryBaseMs = RETRY_BASE_MS } = this.#options;
    const attempt = await this.#begin(workflowId, leaseMs);
    const options: RunAttemptOptions = {
      log,
      queue,
      definition,
      leaseMs,
      maxEventBytes,
      maxEvents,
      now,
      random,
      retryBaseMs,
      stopping: this.#stopping.signal,
      givingUp: this.#givingUp.signal,
      outage: this.#outage,
      onError: (error) => this.#report(error, { workflowId }),
      background: (task) => this.#addBackground(task),
    };
    const run = async (): Promise<void> => void (await runAttempt(attempt, options));
    await (this.#guard === undefined ? run() : this.#guard.run(attempt, run));
  }

  async #begin(workflowId: WorkflowId, leaseMs: number): Promise<Attempt> {
    try {
      const attempt = await this.#options.log.begin(workflowId, { leaseMs });
      this.#beginning.onRecovered();
      return attempt;
    } catch (error) {
      if (isEventLogError(error, 'unavailable')) this.#beginning.onUnavailable(error);
      throw error;
    }
  }

  #addBackground(task: Promise<void>): void {
    const tracked = task.finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  /** If another worker was faster or the workflow has ended, nothing is left to do. */
  #report(error: unknown, about: { workflowId?: WorkflowId }): void {
    if (isEventLogError(error, 'attempt_alive', 'workflow_closed', 'unknown_workflow')) return;
    // The outage was reported when it began.
    if (isEventLogError(error, 'unavailable') && this.#outage.isOn) return;
    this.#options.onError?.(error, about);
  }

  /** A stopping worker stops waiting, which does not mean that the store has recovered. */
  #reportRecovery(awayMs: number): void {
    if (!this.#closing.signal.aborted) this.#options.onStoreRecovered?.(awayMs);
  }
}
