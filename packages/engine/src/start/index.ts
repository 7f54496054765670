export {
  type CancelOutcome,
  type PauseOutcome,
  type ResumeOutcome,
  type StartedWorkflow,
  type StartRequest,
  type WorkflowStarter,
} from './workflow-starter.ts';
