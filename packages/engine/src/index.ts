export type { CleanUp, CleanUpContext, Unfinished } from './define/clean-up-context.ts';
export {
  type ContractSource,
  defineContract,
  defineWorkflow,
  type EventSchemas,
  type InferInput,
  type InferOutput,
  type NoEvents,
  type OwnEvent,
  readInput,
  type Schema,
  type StartSummary,
  type TypesByName,
  type TypesOf,
  type WorkflowContract,
  type WorkflowDefinition,
  type WorkflowSource,
} from './define/index.ts';
export {
  AttemptOvertaken,
  EngineError,
  type EngineErrorCode,
  FatalError,
  RetryableError,
  WorkerStopped,
  WorkflowCancelled,
  WorkflowPaused,
} from './errors.ts';
export type { ArchiveHook } from './retention/remove-ended.ts';
export { removeEnded, type RemoveEndedOptions } from './retention/remove-ended.ts';
export {
  type Retention,
  type RetentionOptions,
  startRetention,
} from './retention/start-retention.ts';
export { createInProcessQueue } from './queue/in-process-queue.ts';
export { newWorkflowId, type WorkflowIdSource } from './start/new-workflow-id.ts';
export type {
  ConsumeOptions,
  Consumer,
  EnqueueOptions,
  WorkflowQueue,
} from './queue/workflow-queue.ts';
export { createWorkflowStarter, type WorkflowStarterOptions } from './start/start-workflow.ts';
export type {
  CancelOutcome,
  PauseOutcome,
  ResumeOutcome,
  StartedWorkflow,
  StartRequest,
  WorkflowStarter,
} from './start/index.ts';
export type { Agent, AgentIntro, AgentUpdate } from './define/agent.ts';
export type { BudgetState, Meter, Spent } from './define/spending.ts';
export type {
  ChatChunk,
  TextOptions,
  TextSource,
  TextStream,
  TypedChunk,
} from './define/text-source.ts';
export type {
  LogLevel,
  StartedBy,
  StatusDetails,
  WorkflowContext,
} from './define/workflow-context.ts';
export type { LoopGuardOptions } from './loop-guard/loop-guard.ts';
export { createWorker, type Worker, type WorkerOptions } from './worker/create-worker.ts';
