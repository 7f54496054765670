export type {
  ApiErrorCode,
  EventItem,
  EventPage,
  IssuedToken,
  StatisticsBin,
  StreamStatisticsReport,
  ThreadEvent,
  ThreadEventPage,
  WorkflowListItem,
  WorkflowTotals,
} from '@runtape/contract';
export type { Accounts } from './accounts/accounts.ts';
export { EVERYBODY, type Identity } from './accounts/identity.ts';
export {
  createJwtAccounts,
  type IdentityProvider,
  type JwtAccountsOptions,
} from './accounts/jwt-accounts.ts';
export { concatBytes } from './broadcast/concat-bytes.ts';
export type { SessionInfo } from './http/session-routes.ts';
export {
  signUserToken,
  type SignOptions,
  type UserTokenClaims,
} from './accounts/sign-user-token.ts';
export type { ApiContext } from './http/request-context.ts';
export { type Api, type ApiOptions, createApi } from './create-api.ts';
export { ApiError, type ApiErrorOptions, type ErrorStatus } from './errors/api-error.ts';
export type { ApiOperations, Plugin } from './plugins/plugin.ts';
export type { StartableWorkflow, StartRule, StartRules } from './start/startable-workflows.ts';
export {
  type SinkListener,
  type StartStream,
  type StreamSink,
  takeStream,
} from './broadcast/stream-body.ts';
export type { AppRouter } from './trpc/router.ts';
export type { StreamObserver } from './metrics/metrics.ts';
export type { StreamOutcome, Surface } from './metrics/observer.ts';
export type { WorkflowObserver, WorkflowOutcome } from './metrics/workflow-metrics.ts';
