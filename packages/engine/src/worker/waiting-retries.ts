import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/** Timers may fire a little early, and the clocks of two machines differ a little. */
const TOLERANCE_MS = 50;

export interface WaitingRetriesOptions {
  readonly log: Pick<EventLog, 'read'>;
  /** In ms since 1970. */
  readonly now: () => number;
  /** A monotonic clock, in ms. */
  readonly elapsed: () => number;
}

interface Waiting {
  /** The log's tail at that time. */
  readonly tail: number;
  /** In ms since 1970, by the clock of the process that wrote it. */
  readonly dueAt: number;
  readonly inMs: number;
  /** When this process first saw it, by `elapsed`. */
  readonly seenAt: number;
}

/**
 * Workflows waiting for their next attempt. The last event contains the due time, by its writer's
 * clock, which may be ahead. So a workflow is also due when it has waited that long since it was
 * first seen here.
 */
export class WaitingRetries {
  readonly #options: WaitingRetriesOptions;
  readonly #waiting = new Map<WorkflowId, Waiting>();

  constructor(options: WaitingRetriesOptions) {
    this.#options = options;
  }

  /**
   * Whether a workflow that no worker runs may be taken up now.
   * @throws EventLogError as `read`.
   */
  async isDue(record: WorkflowRecord): Promise<boolean> {
    const { now, elapsed } = this.#options;
    const waiting = await this.#find(record);
    if (waiting === null) return true;
    const { dueAt, inMs, seenAt } = waiting;
    return dueAt <= now() + TOLERANCE_MS || elapsed() - seenAt >= inMs;
  }

  /** Forgets all but these. */
  keepOnly(workflowIds: ReadonlySet<WorkflowId>): void {
    for (const workflowId of this.#waiting.keys()) {
      if (!workflowIds.has(workflowId)) this.#waiting.delete(workflowId);
    }
  }

  async #find({ workflowId, status, tail }: WorkflowRecord): Promise<Waiting | null> {
    if (status !== 'retrying' || tail === 0) return null;
    const known = this.#waiting.get(workflowId);
    if (known?.tail === tail) return known;
    const { log, elapsed } = this.#options;
    const { entries } = await log.read(workflowId, { after: tail - 1, limit: 1 });
    const event = entries[0]?.event;
    if (event?.type !== 'workflow:retrying') return null;
    const { inMs } = event.data;
    const found = { tail, dueAt: Date.parse(event.timestamp) + inMs, inMs, seenAt: elapsed() };
    this.#waiting.set(workflowId, found);
    return found;
  }
}
