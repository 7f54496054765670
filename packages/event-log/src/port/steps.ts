import type { WorkflowId } from '@runtape/events';
import type { JsonValue } from '../json.ts';

/** A step's result, so that a later attempt does not run it again. */
export interface KeptStep {
  readonly step: string;
  readonly result: JsonValue;
}

/**
 * The results of completed steps. An append stores a result atomically with the event that reports
 * the step.
 */
export interface StepOperations {
  /** The results of completed steps, by step name; of a step stored twice, the last. */
  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>>;
}
