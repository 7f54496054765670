import type { Entry, EventLog } from '@runtape/event-log';
import {
  hasEnded,
  isTerminal,
  type ResetReason,
  statusAfter,
  type WorkflowId,
  type WorkflowStatus,
} from '@runtape/events';

/** Workflows that were started here and have not ended, and retries that were counted: the oldest are forgotten. */
const MAX_KNOWN = 10_000;
/** Looked up at a time. */
const MAX_LOOKED_UP = 500;

export type WorkflowOutcome = 'completed' | 'failed' | 'cancelled';

/** Hears of workflows, for monitoring. */
export interface WorkflowObserver {
  /** One was started through this server. */
  started(workflow: string): void;
  /** One that was started through this server has ended. */
  ended(workflow: string, outcome: WorkflowOutcome): void;
  /** An attempt failed, and another follows; told once, when the event is read here for the first time. */
  retried(): void;
  /** A reader's cursor did not fit the log. */
  reset(reason: ResetReason): void;
  /** A page of events was asked for instead of a stream. */
  polled(): void;
}

/** What became of the workflows that were started through this server, since it started. */
export interface WorkflowTotals {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface SeenWorkflowsOptions {
  readonly log: Pick<EventLog, 'get'>;
  readonly observer?: WorkflowObserver | undefined;
}

/** Counts what happens to workflows, as far as this process sees it, in bounded memory. */
export class SeenWorkflows {
  readonly #options: SeenWorkflowsOptions;
  /** Started here and not ended, as far as is known, with their definitions; those looked up longest ago first. */
  readonly #open = new Map<WorkflowId, string>();
  readonly #retries = new Set<string>();
  readonly #totals = { started: 0, completed: 0, failed: 0, cancelled: 0 };
  #looking = false;

  constructor(options: SeenWorkflowsOptions) {
    this.#options = options;
  }

  started(workflowId: WorkflowId, workflow: string): void {
    this.#totals.started += 1;
    this.#options.observer?.started(workflow);
    this.#open.set(workflowId, workflow);
    forgetOldest(this.#open);
  }

  /** Events that were read for somebody. */
  read(workflowId: WorkflowId, entries: readonly Entry[]): void {
    for (const { seq, event } of entries) {
      if (event.type === 'workflow:retrying') this.#retried(`${workflowId} ${seq}`);
      else if (isTerminal(event)) this.#settle(workflowId, statusAfter(event));
    }
  }

  reset(reason: ResetReason): void {
    this.#options.observer?.reset(reason);
  }

  polled(): void {
    this.#options.observer?.polled();
  }

  /** What is known now. Looks aside how those stand that nobody follows, for the next time: a store that is away keeps nobody waiting. */
  report(): WorkflowTotals {
    void this.#lookUp();
    return { ...this.#totals };
  }

  #retried(key: string): void {
    if (this.#retries.has(key)) return;
    this.#retries.add(key);
    forgetOldest(this.#retries);
    this.#options.observer?.retried();
  }

  #settle(workflowId: WorkflowId, status: WorkflowStatus | null): void {
    const workflow = this.#open.get(workflowId);
    if (workflow === undefined) return;
    if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return;
    this.#open.delete(workflowId);
    this.#totals[status] += 1;
    this.#options.observer?.ended(workflow, status);
  }

  async #lookUp(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (const workflowId of [...this.#open.keys()].slice(0, MAX_LOOKED_UP)) {
        const record = await this.#options.log.get(workflowId);
        const workflow = this.#open.get(workflowId);
        if (record === null || workflow === undefined) {
          this.#open.delete(workflowId);
        } else if (hasEnded(record.status)) {
          this.#settle(workflowId, record.status);
        } else {
          this.#open.delete(workflowId);
          this.#open.set(workflowId, workflow);
        }
      }
    } catch {
      // The store is away, which those hear of who ask it for something. The next report looks again.
    } finally {
      this.#looking = false;
    }
  }
}

function forgetOldest(known: Map<unknown, unknown> | Set<unknown>): void {
  if (known.size <= MAX_KNOWN) return;
  for (const key of known.keys()) {
    known.delete(key);
    return;
  }
}
