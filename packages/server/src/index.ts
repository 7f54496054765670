export { type Accounts, type IssuedToken } from './accounts/accounts.ts';
export {
  createJwtAccounts,
  type IdentityProvider,
  type JwtAccountsOptions,
} from './accounts/jwt-accounts.ts';
export type { PermissionSettings } from './accounts/permissions.ts';
export type { SessionInfo } from './accounts/session-routes.ts';
export {
  signUserToken,
  type SignOptions,
  type UserTokenClaims,
} from './accounts/sign-user-token.ts';
export type { ApiContext, SampleInfo } from './api-context.ts';
export { type Api, type ApiOptions, createApi } from './create-api.ts';
export { ApiError, type ApiErrorCode } from './errors.ts';
export { takeStream } from './live/stream-body.ts';
export type { SinkListener, StartStream, StreamSink } from './live/stream-sink.ts';
export type { EventItem, EventPage } from './read-page.ts';
export type { WorkflowListItem } from './list-workflows.ts';
export type { ThreadEvent } from './procedures/thread-event.ts';
export type { ThreadEventPage } from './procedures/thread-events.ts';
export type { AppRouter } from './router.ts';
export type { StreamObserver, Surface } from './streams/open-streams.ts';
export type {
  WorkflowObserver,
  WorkflowOutcome,
  WorkflowTotals,
} from './streams/seen-workflows.ts';
export type {
  StatisticsBin,
  StreamOutcome,
  StreamStatisticsReport,
} from './streams/stream-statistics.ts';
