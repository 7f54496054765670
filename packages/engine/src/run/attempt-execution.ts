import type { JsonValue, WorkflowRecord, Attempt, EventLog } from '@runtape/event-log';
import type { Budget } from '@runtape/events';
import type { CommandWatch } from '../commands/watch-commands.ts';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import { readInput } from '../define/read-input.ts';
import type { Spent } from '../define/spending.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import {
  AttemptOvertaken,
  EngineError,
  EventLoopStalled,
  FatalError,
  WorkerStopped,
  WorkflowCancelled,
  WorkflowPaused,
} from '../errors.ts';
import { started } from '../lifecycle/append-direct.ts';
import {
  type AttemptEnd,
  type AttemptNumbers,
  cancelled,
  completed,
  failed,
  handedOver,
  lostBefore,
  paused,
  threw,
  unfinished,
} from '../lifecycle/attempt-end.ts';
import { readHandovers } from '../lifecycle/handovers.ts';
import { failureOf } from '../lifecycle/failure-of.ts';
import type { StoreOutage } from '../lifecycle/store-outage.ts';
import { type RunOutcome, awaitWithGrace } from './await-with-grace.ts';
import { cleanUp, cleanUpMark, isMarked, needsCleanUp } from './clean-up.ts';
import { createContext } from './create-context.ts';
import { budgetLimits, writeResult } from './definition-data.ts';
import { failAfterDataLoss } from './fail-after-data-loss.ts';
import { Ledger } from './ledger.ts';
import { BudgetWatch } from './watch-budget.ts';

export interface AttemptExecutionOptions {
  readonly log: EventLog;
  readonly attempt: Attempt;
  readonly definition: WorkflowDefinition;
  readonly writer: EventWriter;
  readonly commands: Pick<CommandWatch, 'readCommands'>;
  /** Lease of the attempt, in ms. */
  readonly leaseMs: number;
  /** Aborts the definition. The first reason counts. */
  readonly run: AbortController;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** The longest wait before the second attempt, in ms. */
  readonly retryBaseMs: number;
  /** Aborts when the worker can no longer wait. */
  readonly givingUp: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly outage: StoreOutage;
}

/** How long a definition may clean up after an abort. */
const CLEANUP_MS = 15_000;
const CLEANUP_WHEN_STOPPED_MS = 3_000;

/** Runs one attempt from its first event to its last. */
export class AttemptExecution {
  readonly #options: AttemptExecutionOptions;
  readonly #signal: AbortSignal;
  readonly #ledger: Ledger;
  /** Aborts when the definition is no longer waited for. */
  readonly #ended = new AbortController();
  /** Kept results of earlier attempts; undefined until they are read. */
  #kept: ReadonlyMap<string, JsonValue> | undefined;

  constructor(options: AttemptExecutionOptions) {
    this.#options = options;
    this.#signal = options.run.signal;
    const { attempt, writer } = options;
    this.#ledger = new Ledger({ record: attempt.record, writer, signal: this.#signal });
  }

  /** @returns the end once it is stored; `undefined` when it could not be. */
  async run(): Promise<AttemptEnd | undefined> {
    const { run, writer } = this.#options;
    const outcome = await awaitWithGrace(this.#run(), this.#signal, (reason) =>
      reason instanceof WorkerStopped ? CLEANUP_WHEN_STOPPED_MS : CLEANUP_MS,
    );
    const reason: unknown = this.#signal.reason;
    // Nothing that the definition left running may write after the last event.
    this.#ended.abort();
    this.#ledger.close();
    run.abort(new AttemptOvertaken('The run has ended.'));
    try {
      writer.closed.throwIfAborted();
      const end = await this.#endOf(outcome, reason);
      const without = unfinished(end);
      if (without !== undefined) await cleanUp(without, this.#options);
      return await this.#write(end);
    } catch (error) {
      return await this.#resolveUnstoredEnd(error);
    }
  }

  async #run(): Promise<unknown> {
    const { attempt, writer, commands, definition, random, log, outage } = this.#options;
    const retrying = { signal: this.#signal, random };
    if (attempt.record.tail === 0) {
      const limits = await budgetLimits(definition, attempt.input);
      await writer.emit(started(attempt.record, limits), retrying);
    }
    await outage.retry(() => commands.readCommands(), retrying);
    this.#kept = await outage.retry(() => log.steps(attempt.workflowId), retrying);
    this.#signal.throwIfAborted();
    await this.#begin();
    const { maxAttempts } = this.#numbers;
    const input = await readInput(definition, attempt.input);
    const limits = definition.budget(input);
    const context = {
      signal: this.#signal,
      ended: this.#ended.signal,
      kept: this.#kept,
      ledger: this.#ledger,
      limits,
      maxAttempts,
    };
    if (limits !== null) await this.#watchBudget(limits, this.#kept);
    return await definition.run(createContext({ ...this.#options, ...context }), input);
  }

  /** An earlier attempt may have spent all of it without reporting so. */
  async #watchBudget(limits: Budget, kept: ReadonlyMap<string, JsonValue>): Promise<void> {
    const { writer, run } = this.#options;
    const stop = (reason: WorkflowCancelled): void => run.abort(reason);
    const budget = new BudgetWatch({ limits, writer, kept, stop });
    await this.#ledger.watch((spent, isUsageKnown) => budget.check(spent, isUsageKnown));
    this.#signal.throwIfAborted();
  }

  /**
   * Reports that the attempt runs, and that the previous one was lost if it ended without an event.
   */
  async #begin(): Promise<void> {
    const { attempt, writer, definition } = this.#options;
    const numbers = this.#numbers;
    if (numbers.attempt > numbers.maxAttempts) {
      throw new FatalError(
        'worker_lost',
        'The worker that ran the last attempt was lost, and no attempt is left. Start the workflow again.',
      );
    }
    const wasLost = numbers.attempt > 1 && !hasReportedItsEnd(attempt.record);
    if (wasLost) await writer.emit(lostBefore(numbers), { signal: this.#signal });
    const { attempt: number, maxAttempts } = numbers;
    const data = { attempt: number, maxAttempts };
    const isMark =
      !isMarked(this.#kept ?? new Map()) && (await needsCleanUp(definition, attempt.input));
    const kept = isMark ? cleanUpMark : undefined;
    await writer.emit({ type: 'workflow:running', data }, { signal: this.#signal, kept });
    // Stored before the definition does anything that needs a clean-up.
    if (isMark) await writer.flush(this.#signal);
  }

  async #endOf(outcome: RunOutcome, reason: unknown): Promise<AttemptEnd> {
    // Reports the cancellation even if the definition did not react in time.
    if (reason instanceof WorkflowCancelled) {
      return cancelled(reason, this.#numbers, this.#spent);
    }
    if (isFull(reason) || reason instanceof EventLoopStalled) return this.#failed(reason);
    if (outcome.kind === 'returned') return await this.#completed(outcome.value);
    if (reason instanceof WorkflowPaused) return await this.#paused(reason);
    if (outcome.kind === 'abandoned' || reason instanceof WorkerStopped) return this.#handedOver();
    this.#report(outcome.error);
    const { random, retryBaseMs } = this.#options;
    return threw(outcome.error, this.#numbers, { spent: this.#spent, random, retryBaseMs });
  }

  async #paused(reason: WorkflowPaused): Promise<AttemptEnd> {
    const { log, attempt } = this.#options;
    this.#kept ??= await log.steps(attempt.workflowId);
    return paused(reason, this.#numbers);
  }

  #handedOver(): AttemptEnd {
    // Without the number of handovers so far the next one cannot be counted.
    if (this.#kept === undefined) throw new WorkerStopped();
    return handedOver(this.#numbers);
  }

  async #completed(value: unknown): Promise<AttemptEnd> {
    try {
      const result = await writeResult(this.#options.definition, value);
      return completed(result, this.#numbers, this.#spent);
    } catch (error) {
      return this.#unusable(error);
    }
  }

  async #write(end: AttemptEnd): Promise<AttemptEnd> {
    const { writer } = this.#options;
    try {
      await writer.emit(end.event, { kept: end.kept });
    } catch (error) {
      writer.closed.throwIfAborted();
      // The result is too large for an event.
      return await this.#write(this.#unusable(error));
    }
    await writer.flush();
    return end;
  }

  #unusable(error: unknown): AttemptEnd {
    this.#report(error);
    return this.#failed(error);
  }

  async #resolveUnstoredEnd(reason: unknown): Promise<AttemptEnd | undefined> {
    if (reason instanceof AttemptOvertaken || reason instanceof WorkerStopped) return undefined;
    this.#options.onError(reason);
    return reason instanceof EngineError && reason.code === 'log_lost'
      ? await failAfterDataLoss(this.#failed(reason), this.#options)
      : undefined;
  }

  #failed(error: unknown): AttemptEnd {
    return failed(failureOf(error).failure, this.#numbers, this.#spent);
  }

  #report(error: unknown): void {
    if (!failureOf(error).isExpected) this.#options.onError(error);
  }

  get #spent(): Spent {
    return this.#ledger.total;
  }

  get #numbers(): AttemptNumbers {
    const { attempt, definition, now } = this.#options;
    const handovers = readHandovers(this.#kept ?? new Map());
    return {
      attempt: attempt.attempt,
      maxAttempts: definition.maxAttempts + handovers,
      handovers,
      durationMs: Math.max(0, now() - attempt.record.createdAt),
    };
  }
}

/**
 * The previous attempt, or a resume, released the workflow on purpose; otherwise its worker was
 * lost.
 */
function hasReportedItsEnd({ status, tail }: WorkflowRecord): boolean {
  return status === 'retrying' || status === 'paused' || (status === 'queued' && tail > 0);
}

/** The log is full; see `EventWriterOptions.onFull`. */
function isFull(reason: unknown): boolean {
  return reason instanceof EngineError && reason.code === 'too_many_events';
}
