import {
  type Attempt,
  type AttemptName,
  type EventLog,
  isEventLogError,
  newIncarnation,
  type WorkflowRecord,
} from '@runtape/event-log';
import { AttemptOvertaken } from '../errors.ts';

export interface WriterLeaseOptions {
  readonly log: Pick<EventLog, 'renew'>;
  readonly attempt: Attempt;
  /** Duration of a renewal, in ms. */
  readonly leaseMs: number;
  readonly random: () => number;
}

/** An attempt's exclusive right to append, also across a store that lost its last writes. */
export class WriterLease {
  readonly #options: WriterLeaseOptions;
  /** Identifies the attempt to the log. */
  name: Required<AttemptName>;
  /** Requested from the log, which may have adopted it although the reply was lost. */
  #pendingIncarnation: string | undefined;
  #needsNewIncarnation = false;

  constructor(options: WriterLeaseOptions) {
    this.#options = options;
    const { attempt, record } = options.attempt;
    this.name = { attempt, incarnation: record.incarnation };
  }

  /** Notes a rejection by the log. */
  noteRejection(rejection: unknown): void {
    if (isEventLogError(rejection, 'attempt_in_doubt')) this.#needsNewIncarnation = true;
  }

  /** @throws AttemptOvertaken when another attempt holds the log, or it is gone. */
  check(record: WorkflowRecord | null): asserts record is WorkflowRecord {
    const { attempt, workflowId } = this.#options.attempt;
    if (record === null) throw new AttemptOvertaken(`Workflow ${workflowId} is gone.`);
    if (record.incarnation === this.#pendingIncarnation) {
      this.name = { attempt, incarnation: this.#pendingIncarnation };
    }
    if (record.attempt < attempt) {
      throw new AttemptOvertaken(`The store forgot attempt ${attempt} of ${workflowId}.`);
    }
    if (record.attempt > attempt || record.incarnation !== this.name.incarnation) {
      throw new AttemptOvertaken(`Attempt ${record.attempt} took ${workflowId} over.`);
    }
  }

  /**
   * Moves to a new incarnation if the log holds the attempt in doubt: a later attempt may have been
   * lost, and its event ids must not be used again.
   * @returns false when the log has changed since `check`.
   * @throws EventLogError `unavailable`: try again.
   */
  async confirm(): Promise<boolean> {
    if (!this.#needsNewIncarnation) return true;
    const { log, attempt, leaseMs, random } = this.#options;
    this.#pendingIncarnation ??= newIncarnation(random);
    try {
      await log.renew(attempt.workflowId, {
        ...this.name,
        leaseMs,
        newIncarnation: this.#pendingIncarnation,
      });
    } catch (error) {
      if (isEventLogError(error, 'attempt_overtaken', 'workflow_closed', 'unknown_workflow')) {
        return false;
      }
      throw error;
    }
    this.name = { ...this.name, incarnation: this.#pendingIncarnation };
    this.#pendingIncarnation = undefined;
    this.#needsNewIncarnation = false;
    return true;
  }
}
