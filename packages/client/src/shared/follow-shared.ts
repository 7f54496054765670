import { eventIdSchema, isWorkflowId, type StreamEntry } from '@runtape/events';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import { RuntapeClientError } from '../errors.ts';
import type { Connecting } from '../follow/own-stream.ts';
import { type Following, workflowStream } from '../follow/follow-workflow.ts';
import { readShared } from './read-shared.ts';
import type { SharedLink } from './shared-link.ts';

/**
 * A workflow's events, each once and in order, by way of the stream that all tabs share. Returns after the terminal event.
 * @throws as following by a stream of one's own.
 */
export async function* followShared(
  link: SharedLink,
  connecting: Connecting,
  following: Following,
): AsyncGenerator<StreamEntry, void> {
  const { workflowId, replay, types, signal, onConnection } = following;
  if (!signal.aborted) refuseMalformed(following);
  const own = workflowStream(connecting, following);
  yield* readShared(link, connecting, {
    own,
    asks: (follow) => ({
      kind: 'follow',
      follow,
      workflowId,
      after: own.guard.cursor,
      replay,
      types: types && [...types],
    }),
    signal,
    onConnection,
  });
}

/** The server would refuse the request of all tabs for it. */
function refuseMalformed({ workflowId, after, onConnection }: Following): void {
  const isCursor = eventIdSchema.nullable().safeParse(after).success;
  if (isWorkflowId(workflowId) && isCursor) return;
  throw told(
    isCursor
      ? new RuntapeClientError('refused', 'unknown_workflow', 'There is no such workflow here.')
      : new RuntapeClientError('refused', 'malformed_cursor', 'The cursor is not an event id.'),
    onConnection,
  );
}

/** An error of which the one who follows has heard. */
export function told(
  error: RuntapeClientError,
  onConnection: (state: ConnectionState) => void,
): RuntapeClientError {
  onConnection({ state: 'failed', kind: error.kind, message: error.message });
  return error;
}
