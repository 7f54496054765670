import type { WorkflowId } from '@runtape/events';
import type { JsonValue } from '../json.ts';
import type { WorkflowRecord } from './read.ts';

/** The right to append, held by one worker for one run of a workflow. */
export interface Attempt {
  readonly workflowId: WorkflowId;
  /** From 1, incremented by every `begin`. */
  readonly attempt: number;
  /** The record right after the attempt began: its `tail` is where the first append continues. */
  readonly record: WorkflowRecord;
  readonly input: JsonValue;
}

/**
 * Identifies an attempt to the log. The number alone may have been assigned twice: a log that lost
 * its end assigns it again, but then under another incarnation.
 */
export interface AttemptName {
  readonly attempt: number;
  /**
   * The incarnation of the record that the attempt began with, or that it renewed itself to.
   * Default: the current one of the log.
   */
  readonly incarnation?: string | undefined;
}

/** The renewal of the lease of an attempt. */
export interface Renewal extends AttemptName {
  /** How long the attempt counts as alive from now on, in ms. */
  readonly leaseMs: number;
  /**
   * The last seq that the writer knows to be stored: refused when the log ends before it. Default:
   * 0.
   */
  readonly tail?: number | undefined;
  /**
   * Continues the log under this incarnation, so that readers that have seen lost entries notice.
   * `newIncarnation` draws it. Default: the incarnation stays.
   */
  readonly newIncarnation?: string | undefined;
}

/** The right to append: one worker at a time has it, until its lease expires. */
export interface AttemptOperations {
  /**
   * Begins the next attempt and fences every earlier one: from now on their appends are refused.
   * Atomic: of two workers that begin concurrently, one gets `attempt_alive`. If the store is in
   * another epoch than when an attempt last held the log, entries that readers have seen may be
   * lost: then the log continues under a new incarnation.
   * @param leaseMs how long the attempt counts as alive without `renew`, in ms.
   * @throws `attempt_alive` while the lease of another attempt runs; `workflow_closed` after the
   *   end.
   */
  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt>;

  /**
   * Extends the lease to now + `leaseMs`.
   * @throws `attempt_overtaken`; `workflow_closed`; `attempt_in_doubt`, unless a `newIncarnation`
   *   is given; `seq_conflict` (with the log's `tail`) when the log ends before `tail`.
   */
  renew(workflowId: WorkflowId, renewal: Renewal): Promise<void>;

  /**
   * Ends the lease immediately, so that another worker need not wait for it. Does nothing for an
   * attempt that was overtaken.
   */
  release(workflowId: WorkflowId, attempt: AttemptName): Promise<void>;
}
