import type { WorkflowTotals } from '@runtape/contract';
import type { Entry, EventLog } from '@runtape/event-log';
import {
  hasEnded,
  isTerminal,
  type ResetReason,
  statusAfter,
  type WorkflowId,
  type WorkflowStatus,
} from '@runtape/events';
import { LRUCache } from 'lru-cache';

/** The maximum number of remembered unended workflows, and of remembered retries. */
const MAX_KNOWN = 10_000;
/** The maximum number of lookups in one call of `collect`. */
const MAX_LOOKED_UP = 500;

export type WorkflowOutcome = 'completed' | 'failed' | 'cancelled';

/** Receives workflow events, for monitoring. */
export interface WorkflowObserver {
  /** A workflow was started through this server. */
  started(workflow: string): void;
  /** A workflow that was started through this server has ended. */
  ended(workflow: string, outcome: WorkflowOutcome): void;
  /** An attempt failed and another follows; reported once, when the event is first read here. */
  retried(): void;
  /** A reader's cursor did not fit the log. */
  reset(reason: ResetReason): void;
  /** A page of events was requested instead of a stream. */
  polled(): void;
}

/** Counts the starts, ends and retries that this process sees, in bounded memory. */
export class WorkflowMetrics {
  readonly #observer: Pick<WorkflowObserver, 'started' | 'ended' | 'retried'> | undefined;
  /** The definition of each workflow that was started here and is not known to have ended. */
  readonly #open = new LRUCache<WorkflowId, string>({ max: MAX_KNOWN });
  readonly #retries = new LRUCache<string, true>({ max: MAX_KNOWN });
  readonly #totals = { started: 0, completed: 0, failed: 0, cancelled: 0 };
  #isCollecting = false;

  constructor(observer: WorkflowObserver | undefined) {
    this.#observer = observer;
  }

  /** The current totals; `collect` updates them. */
  get totals(): WorkflowTotals {
    return { ...this.#totals };
  }

  started(workflowId: WorkflowId, workflow: string): void {
    this.#totals.started += 1;
    this.#observer?.started(workflow);
    this.#open.set(workflowId, workflow);
  }

  /** Counts events that were read for a reader. */
  read(workflowId: WorkflowId, entries: readonly Entry[]): void {
    for (const { seq, event } of entries) {
      if (event.type === 'workflow:retrying') this.#retried(`${workflowId} ${seq}`);
      else if (isTerminal(event)) this.#ended(workflowId, statusAfter(event));
    }
  }

  /**
   * Checks the log for ended workflows that no reader follows, starting with those checked longest
   * ago. Returns immediately while another call is running. Never rejects: if the log is
   * unavailable, the next call checks again.
   */
  async collect(log: Pick<EventLog, 'get'>): Promise<void> {
    if (this.#isCollecting) return;
    this.#isCollecting = true;
    try {
      for (const workflowId of [...this.#open.rkeys()].slice(0, MAX_LOOKED_UP)) {
        const record = await log.get(workflowId);
        if (record === null) this.#open.delete(workflowId);
        else if (hasEnded(record.status)) this.#ended(workflowId, record.status);
        else this.#open.get(workflowId);
      }
    } catch {
      // Other requests to the log report the error.
    } finally {
      this.#isCollecting = false;
    }
  }

  #retried(key: string): void {
    if (this.#retries.has(key)) return;
    this.#retries.set(key, true);
    this.#observer?.retried();
  }

  #ended(workflowId: WorkflowId, status: WorkflowStatus | null): void {
    const workflow = this.#open.peek(workflowId);
    if (workflow === undefined) return;
    if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return;
    this.#open.delete(workflowId);
    this.#totals[status] += 1;
    this.#observer?.ended(workflow, status);
  }
}
