import type { WorkflowId } from '@runtape/events';
import type { JsonValue } from './json.ts';
import type { WorkflowRecord } from './read.ts';

/** The right to append, held by one worker for one run of a workflow. */
export interface Attempt {
  readonly workflowId: WorkflowId;
  /** From 1, one more with every `begin`. */
  readonly attempt: number;
  /** The record right after the attempt began: its `tail` is where the first append continues. */
  readonly record: WorkflowRecord;
  /** What the workflow was started with. */
  readonly input: JsonValue;
}

/**
 * Names an attempt to the log. The number alone may have been given out twice: a log that forgot
 * its end gives it out again, but then under another incarnation.
 */
export interface AttemptName {
  readonly attempt: number;
  /**
   * Of the record that the attempt began with, or that it renewed itself to. Default: whatever the
   * log has.
   */
  readonly incarnation?: string | undefined;
}

/** How an attempt shows that it is alive. */
export interface Renewal extends AttemptName {
  /** How long it counts as alive from now on, in ms. */
  readonly leaseMs: number;
  /**
   * Up to where the writer knows its entries to be stored: refused when the log ends before.
   * Default: 0.
   */
  readonly tail?: number | undefined;
  /**
   * Goes on with the log under this incarnation, so that whoever has seen entries that are lost is
   * told so. * `newIncarnation` draws it. Default: under the one it has.
   */
  readonly newIncarnation?: string | undefined;
}

/** The right to append: one worker at a time has it, for as long as its lease runs. */
export interface AttemptOperations {
  /**
   * Begins the next attempt and fences every earlier one: from now on their appends are refused.
   * Atomic: of two workers that begin at once, one gets `attempt_alive`. In another epoch of the
   * store than the one in which an attempt last held the log, entries may be lost that somebody has
   * seen: then the log goes on under a new incarnation.
   * @param leaseMs how long the attempt counts as alive without `renew`, in ms.
   * @throws `attempt_alive` while the lease of another attempt runs; `workflow_closed` after the
   *   end.
   */
  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt>;

  /**
   * Lengthens the lease to now + `leaseMs`.
   * @throws `attempt_overtaken`; `workflow_closed`; `attempt_in_doubt`, unless a `newIncarnation`
   *   is given; `seq_conflict` (with the log's `tail`) when the log ends before `tail`.
   */
  renew(workflowId: WorkflowId, renewal: Renewal): Promise<void>;

  /**
   * Ends the lease at once, so that another worker need not wait for it. Does nothing for an
   * attempt that was overtaken.
   */
  release(workflowId: WorkflowId, attempt: AttemptName): Promise<void>;
}
