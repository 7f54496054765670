export { type Accounts, type IssuedToken } from './accounts/accounts.ts';
export {
  createJwtAccounts,
  type IdentityProvider,
  type JwtAccountsOptions,
} from './accounts/jwt-accounts.ts';
export type { PermissionSettings } from './accounts/permissions.ts';
export type { SessionInfo } from './http/session-routes.ts';
export {
  signUserToken,
  type SignOptions,
  type UserTokenClaims,
} from './accounts/sign-user-token.ts';
export type { ApiContext } from './http/request-context.ts';
export { type Api, type ApiOptions, createApi } from './create-api.ts';
export { ApiError, type ApiErrorCode } from './errors/api-error.ts';
export type { SampleInfo } from './start/start-context.ts';
export {
  type SinkListener,
  type StartStream,
  type StreamSink,
  takeStream,
} from './broadcast/stream-body.ts';
export type { EventItem, EventPage } from './read/read-page.ts';
export type { WorkflowListItem } from './operations/list-workflows.ts';
export type { ThreadEvent } from './threads/thread-item.ts';
export type { ThreadEventPage } from './operations/thread-events.ts';
export type { AppRouter } from './trpc/router.ts';
export type { StreamObserver } from './metrics/metrics.ts';
export type { StreamOutcome, Surface } from './metrics/observer.ts';
export type {
  WorkflowObserver,
  WorkflowOutcome,
  WorkflowTotals,
} from './metrics/workflow-metrics.ts';
export type { StatisticsBin, StreamStatisticsReport } from './metrics/stream-statistics.ts';
