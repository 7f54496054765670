export type {
  AppRouter,
  EventItem,
  EventPage,
  SampleInfo,
  WorkflowListItem,
} from '@runtape/server';
export type { WakeReason, WakeUps } from './reconnect/retry-timer.ts';
export type { Retry } from './reconnect/reconnect-policy.ts';
export type { ConnectionState } from './reconnect/connection-state.ts';
export type { StreamProblem } from './follow/cursor-guard.ts';
export {
  type ClientErrorCode,
  type ErrorKind,
  RuntapeClientError,
  type RuntapeClientErrorCode,
} from './errors.ts';
export type {
  EventSourceClass,
  EventSourceLike,
  EventSourceOptions,
} from './transport/event-source.ts';
export {
  createRuntapeClient,
  type FollowOptions,
  type FollowThreadOptions,
  type RuntapeClient,
  type RuntapeClientOptions,
} from './runtape-client.ts';
export { serverUrl } from './transport/server-url.ts';
export {
  createSharedStreams,
  type SharedStreams,
  type SharedStreamsOptions,
} from './shared/shared-streams.ts';
export type { ThreadEntry } from './follow/thread-guard.ts';
export type { TrpcClient } from './transport/trpc-client.ts';
