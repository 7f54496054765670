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
  /** For how long the attempt is renewed when it has to be, in ms. */
  readonly leaseMs: number;
  readonly random: () => number;
}

/**
 * The hold that an attempt has on its log, also over a store that comes back with less than it had.
 */
export class WriterLease {
  readonly #options: WriterLeaseOptions;
  #incarnation: string;
  /** Under which the log was asked to go on; it may have done so and its answer been lost. */
  #pendingIncarnation: string | undefined;
  #needsNewIncarnation = false;

  constructor(options: WriterLeaseOptions) {
    this.#options = options;
    this.#incarnation = options.attempt.record.incarnation;
  }

  /** As the log knows the attempt now. */
  get name(): AttemptName {
    return { attempt: this.#options.attempt.attempt, incarnation: this.#incarnation };
  }

  /** Takes note of what the log refused with. */
  noteRejection(refusal: unknown): void {
    if (isEventLogError(refusal, 'attempt_in_doubt')) this.#needsNewIncarnation = true;
  }

  /** @throws AttemptOvertaken when the log is held by another, or is gone. */
  check(record: WorkflowRecord | null): asserts record is WorkflowRecord {
    const { attempt, workflowId } = this.#options.attempt;
    if (record === null) throw new AttemptOvertaken(`Workflow ${workflowId} is gone.`);
    if (record.incarnation === this.#pendingIncarnation)
      this.#incarnation = this.#pendingIncarnation;
    if (record.attempt < attempt) {
      throw new AttemptOvertaken(`The store forgot attempt ${attempt} of ${workflowId}.`);
    }
    if (record.attempt > attempt || record.incarnation !== this.#incarnation) {
      throw new AttemptOvertaken(`Attempt ${record.attempt} took ${workflowId} over.`);
    }
  }

  /**
   * Goes on under a new incarnation if the log holds the attempt in doubt: a later attempt may have
   * been lost, and what is written now must not have the ids of what that one wrote.
   * @returns false when the log is not as it was checked to be.
   * @throws EventLogError `unavailable`: ask again.
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
    this.#incarnation = this.#pendingIncarnation;
    this.#pendingIncarnation = undefined;
    this.#needsNewIncarnation = false;
    return true;
  }
}
