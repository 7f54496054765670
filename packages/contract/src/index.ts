export type { App, WorkflowName, WorkflowsOf, WorkflowTypes, WorkflowTypesByName } from './app.ts';
export type { CallsOf } from './calls.ts';
export type { IssuedToken } from './commands.ts';
export type { DefinitionInfo } from './definitions.ts';
export { type ApiErrorCode, errorStatus } from './errors.ts';
export { type EventItem, type EventPage, sharedEventsRoute, subscriptionName } from './events.ts';
export { formatFieldOf, formatNames, workflowIdInputSchema, workflowParams } from './fields.ts';
export {
  commonErrors,
  defineOperation,
  type InputsOf,
  looseOutput,
  noInput,
  type Operation,
  type OperationsByName,
  type Output,
  output,
  type OutputsOf,
  type ValueOf,
} from './operation.ts';
export { type Inputs, type Operations, operations, type Outputs } from './operations.ts';
export {
  type ProcedureInfo,
  type ProcedureName,
  procedures,
  type ProceduresByName,
} from './procedures.ts';
export {
  defineRoute,
  noBody,
  noParams,
  noQuery,
  type ResponseDoc,
  type RouteContract,
} from './route.ts';
export type { AppRouter, Call, RouterOf, Subscription } from './router.ts';
export {
  docsPageRoute,
  docsStyleRoute,
  healthRoute,
  openApiRoute,
  type StatisticsBin,
  type StreamStatisticsReport,
  type WorkflowTotals,
} from './server.ts';
export {
  idempotencyKeyHeader,
  startBodyOf,
  startedOutput,
  type StartedWorkflow,
  startErrors,
  startWorkflowRoute,
} from './start.ts';
export { listThreadRoute, type ThreadEvent, type ThreadEventPage } from './threads.ts';
export type { WorkflowInfo, WorkflowList, WorkflowListItem, WorkflowView } from './workflows.ts';
