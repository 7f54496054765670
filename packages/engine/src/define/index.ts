export { type EventSchemas, type NoEvents } from './custom-events.ts';
export {
  type ContractSource,
  defineContract,
  type OwnEvent,
  type StartSummary,
  type TypesByName,
  type TypesOf,
  type WorkflowContract,
} from './define-contract.ts';
export { defineWorkflow, type WorkflowDefinition, type WorkflowSource } from './define-workflow.ts';
export { toJson } from './json.ts';
export { readInput } from './read-input.ts';
export type { InferInput, InferOutput, Schema } from './schema.ts';
