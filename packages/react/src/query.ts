export { useWorkflows, type Workflows, type WorkflowsOptions } from './use-workflows.ts';
