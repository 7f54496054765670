export {
  type CancelOutcome,
  type StartedWorkflow,
  type StartRequest,
  type WorkflowStarter,
} from './workflow-starter.ts';
