import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/** A timer may fire a little early, and clocks of two machines differ a little. */
const TOLERANCE_MS = 50;

export interface WaitingRetriesOptions {
  readonly log: Pick<EventLog, 'read'>;
  /** In ms since 1970. */
  readonly now: () => number;
  /** In ms, from anywhere: a clock that goes on evenly, whatever is done to the one on the wall. */
  readonly elapsed: () => number;
}

interface Waiting {
  /** Of the log when it said so. */
  readonly tail: number;
  /** In ms since 1970, by the clock of the process that said so. */
  readonly dueAt: number;
  readonly inMs: number;
  /** When it was first seen here, by `elapsed`. */
  readonly seenAt: number;
}

/**
 * The workflows that wait for their next attempt. Each says in its last event until when; but the
 * clock of who said so may have been ahead, so that it has also waited long enough when it was seen
 * here to have.
 */
export class WaitingRetries {
  readonly #options: WaitingRetriesOptions;
  readonly #waiting = new Map<WorkflowId, Waiting>();

  constructor(options: WaitingRetriesOptions) {
    this.#options = options;
  }

  /**
   * Tells whether a workflow that nobody runs may be taken up now. @throws EventLogError as `read`.
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
