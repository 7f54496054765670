export type { App, WorkflowName, WorkflowsOf, WorkflowTypes, WorkflowTypesByName } from './app.ts';
export { chatByQueryRoute, chatRoute } from './chat.ts';
export type { IssuedToken } from './commands.ts';
export type { DefinitionInfo } from './definitions.ts';
export { type ApiErrorCode, errorStatus } from './errors.ts';
export { type EventItem, type EventPage, sharedEventsRoute, subscriptionName } from './events.ts';
export type { formatNames } from './fields.ts';
export { commonErrors, noInput, type Operation, type Output, type ValueOf } from './operation.ts';
export { type Inputs, operations, type Outputs } from './operations.ts';
export { type ProcedureName, procedures } from './procedures.ts';
export { noBody, type ResponseDoc, type RouteContract } from './route.ts';
export type { AppRouter, Call, Subscription } from './router.ts';
export {
  docsPageRoute,
  docsStyleRoute,
  healthRoute,
  openApiRoute,
  type SampleInfo,
  type StatisticsBin,
  type StreamStatisticsReport,
  type WorkflowTotals,
} from './server.ts';
export { type StartedWorkflow, startBodyOf, startWorkflowRoute } from './start.ts';
export { listThreadRoute, type ThreadEvent, type ThreadEventPage } from './threads.ts';
export type { WorkflowInfo, WorkflowList, WorkflowListItem, WorkflowView } from './workflows.ts';
