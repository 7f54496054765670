import type { JsonValue } from '@runtape/event-log';
import type { WorkflowId, WorkflowSummary } from '@runtape/events';

export interface StartRequest {
  /** Name of the workflow definition. */
  readonly workflow: string;
  /**
   * Checked against the definition's input schema by whoever asks; the engine checks again when it
   * runs.
   */
  readonly input: JsonValue;
  /** What lists show until the workflow itself knows better. */
  readonly summary: WorkflowSummary;
  readonly threadId?: string | undefined;
  /** Who starts it. Default: nobody known. */
  readonly owner?: string | undefined;
  /** Whether they see the workflows of everybody. Default: false. */
  readonly ownerSeesAll?: boolean | undefined;
  /** Whether it may only join a thread that its owner began. Default: it joins any. */
  readonly onlyOwnThread?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface StartedWorkflow {
  readonly workflowId: WorkflowId;
  /** False when the idempotency key had started it before. */
  readonly created: boolean;
}

export type CancelOutcome =
  /** The command is stored; the attempt that runs will end the workflow. */
  | 'requested'
  /** Nobody ran it: it is cancelled now. */
  | 'cancelled'
  /** It had ended before. */
  | 'already_ended';

export type PauseOutcome =
  /** The command is stored; the attempt that runs will pause, unless it ends the workflow first. */
  | 'requested'
  /** Nobody ran it: it is paused now. */
  | 'paused'
  /** It was paused before. */
  | 'already_paused'
  /** It had ended before. */
  | 'already_ended';

export type ResumeOutcome =
  /** It waits for a worker now. */
  | 'resumed'
  /** It was not paused; a pause that nobody has acted on yet no longer counts. */
  | 'not_paused'
  /** It had ended before. */
  | 'already_ended';

/** The engine as those see it who start and stop workflows but do not run them. */
export interface WorkflowStarter {
  /**
   * Creates a workflow and hands it to the queue. Idempotent by key.
   * @throws EventLogError `idempotency_conflict`, `thread_taken`, `unavailable`.
   */
  start(request: StartRequest): Promise<StartedWorkflow>;

  /**
   * Cancels a workflow, durably, wherever it runs; harmless when repeated.
   * @throws EventLogError `unknown_workflow`, `unavailable`.
   */
  cancel(
    workflowId: WorkflowId,
    options?: { by?: string; reason?: string },
  ): Promise<CancelOutcome>;

  /**
   * Pauses a workflow, durably, wherever it runs; harmless when repeated. Nobody takes it up before
   * it is resumed. A pause does not count as a failed attempt; a later `resume` or `cancel` wins
   * over one that was only requested.
   * @throws EventLogError `unknown_workflow`, `unavailable`.
   */
  pause(workflowId: WorkflowId, options?: { by?: string }): Promise<PauseOutcome>;

  /**
   * Lets a paused workflow go on after its last completed step; harmless when repeated.
   * @throws EventLogError `unknown_workflow`; `unavailable`: it may still be paused, ask again.
   */
  resume(workflowId: WorkflowId, options?: { by?: string }): Promise<ResumeOutcome>;
}
