import type { StreamEntry } from '@runtape/events';
import { readBuffer } from './delivery-buffer.ts';
import { type FollowThreadRequest, threadStream } from './follow-thread.ts';
import { type FollowWorkflowRequest, workflowStream } from './follow-workflow.ts';
import {
  type ConnectionOptions,
  fillFromOwnStream,
  type FillOptions,
  type OwnStream,
} from './own-stream.ts';
import type { ThreadEntry } from './thread-guard.ts';

/** Opens the streams of workflows and threads. */
export interface StreamSource {
  /**
   * A workflow's events, each once and in order. Returns after the terminal event.
   * @throws RuntapeClientError when the server refuses or the attempts are used up; an AbortError
   *   when the signal aborts.
   */
  workflow(request: FollowWorkflowRequest): AsyncGenerator<StreamEntry, void>;
  /**
   * The events of a thread's workflows, each once and in order within its workflow.
   * @throws the same errors as `workflow`.
   */
  thread(request: FollowThreadRequest): AsyncGenerator<ThreadEntry, void>;
  /** Reopens a shared stream immediately. */
  reconnect(): void;
  close(): void;
}

/** Streams that all tabs of a browser share: `createSharedStreams(…)` of `@runtape/client-tabs`. */
export interface SharedStreams {
  connect(options: ConnectionOptions): StreamSource;
}

/** A stream source that opens a separate stream for each call. */
export function ownStreams(connection: ConnectionOptions): StreamSource {
  const read = <Entry, Cursor extends string>(
    own: OwnStream<Entry, Cursor>,
    { signal, onConnection }: FillOptions,
  ): AsyncGenerator<Entry, void> =>
    readBuffer({
      buffer: own.buffer,
      fill: (filling) => fillFromOwnStream(connection, own, { signal: filling, onConnection }),
      signal,
      onConnection,
    });
  return {
    workflow: (request) => read(workflowStream(connection, request), request),
    thread: (request) => read(threadStream(connection, request), request),
    reconnect: () => {},
    close: () => {},
  };
}
