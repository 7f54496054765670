/** Exports for `@runtape/client-tabs` only; they may change in any release. */
export { connectionLost, fromAnswer, fromStreamError, unreachable } from './transport/errors.ts';
export { readBuffer } from './follow/delivery-buffer.ts';
export { threadStream, type ThreadStreamRequest } from './follow/thread-stream.ts';
export { workflowStream, type WorkflowStreamRequest } from './follow/workflow-stream.ts';
export {
  type ConnectionOptions,
  type DirectStream,
  fillFromDirectStream,
  type FillOptions,
} from './follow/direct-stream.ts';
export type { StreamSource } from './follow/stream-source.ts';
export { ReconnectPolicy } from './reconnect/reconnect-policy.ts';
export { RetryTimer } from './reconnect/retry-timer.ts';
export { runWithReconnect } from './reconnect/run-with-reconnect.ts';
export { defaultEventSource } from './transport/event-source.ts';
export {
  fetchThreadPage,
  fetchWorkflowPage,
  type Page,
  type RequestOptions,
  type ThreadPosition,
  type WorkflowPosition,
} from './transport/fetch-page.ts';
export type { PollResult, StreamEnd, Transport } from './transport/transport.ts';
export { createTrpcClient, type TrpcClient } from './transport/trpc-client.ts';
