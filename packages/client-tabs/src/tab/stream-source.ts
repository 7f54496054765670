import { onAbort } from '@runtape/async';
import { isEventId, isThreadId, isWorkflowId, THREAD_ID_FORM } from '@runtape/events';
import { RuntapeClientError, type RuntapeClientErrorCode } from '@runtape/client';
import {
  type ConnectionOptions,
  type DirectStream,
  fillFromDirectStream,
  type FillOptions,
  readBuffer,
  type StreamSource,
  threadStream,
  type ThreadStreamRequest,
  workflowStream,
  type WorkflowStreamRequest,
} from '@runtape/client/internals';
import { Acknowledger } from './acknowledger.ts';
import type { HostClient, TabSubscription } from './host-client.ts';

/** The server's limit for the length of a cursor. */
const MAX_CURSOR_LENGTH = 16_000;

/**
 * Returns a stream source on the shared connection; where there is no host, each call opens a
 * separate stream.
 */
export function createStreamSource(
  client: HostClient,
  connection: ConnectionOptions,
): StreamSource {
  return {
    async *workflow(request) {
      const { workflowId, replay, types, signal } = request;
      if (!signal.aborted) refuseMalformedWorkflow(request);
      const direct = workflowStream(connection, request);
      yield* readFromHost(client, connection, direct, {
        ...request,
        subscribe: (follow) => ({
          kind: 'follow',
          follow,
          workflowId,
          after: direct.buffer.cursor,
          replay,
          types: types && [...types],
        }),
      });
    },
    async *thread(request) {
      const { threadId, signal } = request;
      if (!signal.aborted) refuseMalformedThread(request);
      const direct = threadStream(connection, request);
      yield* readFromHost(client, connection, direct, {
        ...request,
        subscribe: (follow) => ({
          kind: 'follow-thread',
          follow,
          threadId,
          after: direct.buffer.cursor,
        }),
      });
    },
    reconnect: () => client.reconnect(),
    close: () => client.close(),
  };
}

interface ReadFromHostOptions extends FillOptions, Pick<TabSubscription, 'subscribe'> {}

async function* readFromHost<Entry, Cursor extends string>(
  client: HostClient,
  connection: ConnectionOptions,
  direct: DirectStream<Entry, Cursor>,
  { subscribe, signal, onConnection }: ReadFromHostOptions,
): AsyncGenerator<Entry, void> {
  const { buffer } = direct;
  const acknowledger = new Acknowledger();
  const fill = async (left: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<'done' | 'no_host'>();
    const finished = new AbortController();
    onAbort(left, () => finished.abort());
    onAbort(left, () => resolve('done'));
    onConnection({ state: 'connecting' });
    let lastState = 'connecting';
    const handle = client.subscribe(
      {
        subscribe: (follow) => {
          acknowledger.restart();
          return subscribe(follow);
        },
        onMessage: (id, message, chars) => {
          const unread = buffer.size;
          const end = buffer.accept(id, message);
          if (buffer.size > unread) acknowledger.buffered(chars);
          else acknowledger.taken(chars);
          if (end?.kind === 'completed') resolve('done');
          if (end?.kind === 'failed') handle.resubscribe();
        },
        onState: (state) => {
          if (state.state === lastState && state.state !== 'reconnecting') return;
          lastState = state.state;
          onConnection(state);
        },
        onEnd: (error) => (error === null ? resolve('done') : reject(error)),
        onNoHost: () => resolve('no_host'),
      },
      finished.signal,
    );
    acknowledger.acknowledge = (count) => handle.acknowledge(count);
    let outcome: 'done' | 'no_host';
    try {
      outcome = await promise;
    } finally {
      finished.abort();
    }
    if (outcome === 'no_host' && !left.aborted) {
      await fillFromDirectStream(connection, direct, { signal: left, onConnection });
    }
  };
  for await (const entry of readBuffer({ buffer, fill, signal, onConnection })) {
    acknowledger.firstRead();
    yield entry;
  }
}

/**
 * Refuses a malformed id or cursor here, because the server would refuse the request of all tabs.
 */
function refuseMalformedWorkflow({ workflowId, after, onConnection }: WorkflowStreamRequest): void {
  if (after !== null && !isEventId(after)) {
    refuse('malformed_cursor', 'The cursor is not an event id.', onConnection);
  }
  if (!isWorkflowId(workflowId)) {
    refuse('unknown_workflow', 'There is no such workflow here.', onConnection);
  }
}

function refuseMalformedThread({ threadId, after, onConnection }: ThreadStreamRequest): void {
  if (!isThreadId(threadId)) refuse('invalid_input', THREAD_ID_FORM, onConnection);
  if (after !== null && after.length > MAX_CURSOR_LENGTH) {
    const message = 'The cursor is not that of an event of a thread.';
    refuse('malformed_cursor', message, onConnection);
  }
}

function refuse(
  code: RuntapeClientErrorCode,
  message: string,
  onConnection: FillOptions['onConnection'],
): never {
  const error = new RuntapeClientError('refused', code, message);
  onConnection({ state: 'failed', kind: error.kind, message });
  throw error;
}
