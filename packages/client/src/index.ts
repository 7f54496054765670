export type {
  AppRouter,
  EventItem,
  EventPage,
  SampleInfo,
  WorkflowListItem,
} from '@runtape/server';
export type { WakeReason, WakeUps } from './alarm.ts';
export type { Retry } from './attempts.ts';
export type { ConnectionState } from './connection-state.ts';
export type { StreamProblem } from './cursor-guard.ts';
export {
  type ClientErrorCode,
  type ErrorKind,
  RuntapeClientError,
  type RuntapeClientErrorCode,
} from './errors.ts';
export type { EventSourceClass, EventSourceLike, EventSourceOptions } from './event-source.ts';
export {
  createRuntapeClient,
  type FollowOptions,
  type FollowThreadOptions,
  type RuntapeClient,
  type RuntapeClientOptions,
} from './runtape-client.ts';
export { serverUrl } from './server-url.ts';
export {
  createSharedStreams,
  type SharedStreams,
  type SharedStreamsOptions,
} from './shared/shared-streams.ts';
export type { ThreadEntry } from './thread-guard.ts';
export type { TrpcClient } from './trpc-client.ts';
