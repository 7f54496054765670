import type { JsonValue } from '@runtape/event-log';
import type { WorkflowId, WorkflowSummary } from '@runtape/events';

export interface StartRequest {
  /** Name of the workflow definition. */
  readonly workflow: string;
  /** Checked against the definition's input schema by whoever asks; the engine checks again when it runs. */
  readonly input: JsonValue;
  /** What lists show until the workflow itself knows better. */
  readonly summary: WorkflowSummary;
  readonly threadId?: string | undefined;
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

/** The engine as those see it who start and stop workflows but do not run them. */
export interface WorkflowStarter {
  /**
   * Creates a workflow and hands it to the queue. Idempotent by key.
   * @throws EventLogError `idempotency_conflict`, `unavailable`.
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
}
