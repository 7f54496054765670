import type { NewWorkflow } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

export { EngineError } from '../errors.ts';
export { definitionsByName } from './definitions-by-name.ts';

/**
 * What to start. Callers check `input` against the definition's input schema; the engine checks
 * again when it runs. `summary` is what lists show until the workflow itself provides one.
 */
export type StartRequest = Omit<NewWorkflow, 'workflowId'>;

export interface StartedWorkflow {
  readonly workflowId: WorkflowId;
  /** False when the idempotency key had started it before. */
  readonly created: boolean;
}

export type CancelOutcome =
  /** The command is stored; the running attempt will end the workflow. */
  | 'requested'
  /** No worker ran it: it is cancelled now. */
  | 'cancelled'
  /** It had ended before. */
  | 'already_ended';

export type PauseOutcome =
  /** The command is stored; the running attempt will pause, unless it ends the workflow first. */
  | 'requested'
  /** No worker ran it: it is paused now. */
  | 'paused'
  /** It was paused before. */
  | 'already_paused'
  /** It had ended before. */
  | 'already_ended';

export type ResumeOutcome =
  /** It waits for a worker now. */
  | 'resumed'
  /** It was not paused; a pause that has not been applied yet no longer counts. */
  | 'not_paused'
  /** It had ended before. */
  | 'already_ended';

/** The part of the engine that starts and stops workflows but does not run them. */
export interface WorkflowStarter {
  /**
   * Creates a workflow and enqueues it. Idempotent by key.
   * @throws EventLogError `idempotency_conflict`, `thread_taken`, `unavailable`.
   */
  start(request: StartRequest): Promise<StartedWorkflow>;

  /**
   * Cancels a workflow, durably, wherever it runs. Idempotent.
   * @throws EventLogError `unknown_workflow`, `unavailable`.
   */
  cancel(
    workflowId: WorkflowId,
    options?: { by?: string; reason?: string },
  ): Promise<CancelOutcome>;

  /**
   * Pauses a workflow, durably, wherever it runs. Idempotent. No worker takes it up before it is
   * resumed. A pause does not count as a failed attempt; a later `resume` or `cancel` overrides one
   * that was only requested.
   * @throws EventLogError `unknown_workflow`, `unavailable`.
   */
  pause(workflowId: WorkflowId, options?: { by?: string }): Promise<PauseOutcome>;

  /**
   * Resumes a paused workflow after its last completed step. Idempotent.
   * @throws EventLogError `unknown_workflow`; `unavailable`: it may still be paused, so try again.
   */
  resume(workflowId: WorkflowId, options?: { by?: string }): Promise<ResumeOutcome>;
}
