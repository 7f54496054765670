export type {
  App,
  AppRouter,
  EventItem,
  EventPage,
  WorkflowListItem,
  WorkflowName,
  WorkflowsOf,
  WorkflowTypes,
} from '@runtape/contract';
export {
  type ClientErrorCode,
  type ErrorKind,
  RuntapeClientError,
  type RuntapeClientErrorCode,
} from './transport/errors.ts';
export type { StreamProblem } from './follow/cursor-guard.ts';
export type { FollowOptions, FollowThreadOptions } from './follow/follow-options.ts';
export type { SharedStreams } from './follow/stream-source.ts';
export type { ThreadEntry } from './follow/thread-guard.ts';
export type { ConnectionState } from './reconnect/connection-state.ts';
export type { Retry } from './reconnect/reconnect-policy.ts';
export type { ReconnectReason, ReconnectTriggers } from './reconnect/retry-timer.ts';
export {
  type AnyRuntapeClient,
  createRuntapeClient,
  type RuntapeClient,
  type RuntapeClientOptions,
} from './runtape-client.ts';
export type {
  JsonInput,
  RunEvent,
  RunEventType,
  RunState,
  WorkflowInput,
} from './run/run-types.ts';
export type { StartedRun, StartOptions } from './run/runs.ts';
export { WorkflowFailedError } from './run/workflow-failed-error.ts';
export type { RunEventsOptions, RunOptions, WorkflowRun } from './run/workflow-run.ts';
export type {
  EventSourceClass,
  EventSourceLike,
  EventSourceOptions,
} from './transport/event-source.ts';
export { type Calls, createCalls } from './transport/calls.ts';
export { serverUrl } from './transport/server-url.ts';
export type { TrpcClient } from './transport/trpc-client.ts';
