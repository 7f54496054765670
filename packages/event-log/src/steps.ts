import type { WorkflowId } from '@runtape/events';
import type { JsonValue } from './json.ts';

/** A step's result, so that a later attempt does not run it again. */
export interface KeptStep {
  readonly step: string;
  readonly result: JsonValue;
}

/** What completed steps gave. An append keeps it, in one with the event that tells of the step. */
export interface StepOperations {
  /** The results of completed steps, by step name; of a step kept twice, the last. */
  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>>;
}
