import type { StreamEntry } from '@runtape/events';
import { readBuffer } from './delivery-buffer.ts';
import { threadStream, type ThreadStreamRequest } from './thread-stream.ts';
import { workflowStream, type WorkflowStreamRequest } from './workflow-stream.ts';
import {
  type ConnectionOptions,
  type DirectStream,
  fillFromDirectStream,
  type FillOptions,
} from './direct-stream.ts';
import type { ThreadEntry } from './thread-guard.ts';

/** Opens the streams of workflows and threads. */
export interface StreamSource {
  /**
   * A workflow's events, each once and in order. Returns after the terminal event.
   * @throws RuntapeClientError when the server refuses or the attempts are used up; an AbortError
   *   when the signal aborts.
   */
  workflow(request: WorkflowStreamRequest): AsyncGenerator<StreamEntry, void>;
  /**
   * The events of a thread's workflows, each once and in order within its workflow.
   * @throws the same errors as `workflow`.
   */
  thread(request: ThreadStreamRequest): AsyncGenerator<ThreadEntry, void>;
  /** Reopens a shared stream immediately. */
  reconnect(): void;
  close(): void;
}

/** Streams that all tabs of a browser share: `createSharedStreams(…)` of `@runtape/client-tabs`. */
export interface SharedStreams {
  connect(options: ConnectionOptions): StreamSource;
}

/** A stream source that opens a separate stream for each call. */
export function directStreams(connection: ConnectionOptions): StreamSource {
  const read = <Entry, Cursor extends string>(
    direct: DirectStream<Entry, Cursor>,
    { signal, onConnection }: FillOptions,
  ): AsyncGenerator<Entry, void> =>
    readBuffer({
      buffer: direct.buffer,
      fill: (filling) =>
        fillFromDirectStream(connection, direct, { signal: filling, onConnection }),
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
