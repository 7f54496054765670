import { eventIdSchema, isWorkflowId, type StreamEntry } from '@runtape/events';
import { RuntapeClientError } from '../errors.ts';
import { readFeed } from '../feed.ts';
import { feedOf, type Following, guardOf } from '../follow-workflow.ts';
import { onAbort } from '../wait.ts';
import type { PlaceHandle, SharedLink } from './shared-link.ts';

/** Told to the hub so many at a time. */
const BATCH = 32;
/** So many may wait here; what waits beyond that waits on the hub's account. */
const AHEAD = 64;

/**
 * A workflow's events, each once and in order, by way of the stream that all tabs share. Returns after the terminal event.
 * @throws as following by a stream of one's own.
 */
export async function* followShared(
  link: SharedLink,
  following: Following,
): AsyncGenerator<StreamEntry, void> {
  const { workflowId, replay, types, signal, onConnection } = following;
  if (!signal.aborted) refuseMalformed(following);
  const guard = guardOf(following);
  const feed = feedOf(following, guard);
  let owed = 0;
  let place: PlaceHandle | null = null;
  const pay = (): void => {
    if (owed < BATCH || feed.queue.size > AHEAD) return;
    place?.taken(owed);
    owed = 0;
  };
  const fill = async (left: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const over = new AbortController();
    onAbort(left, () => over.abort());
    onAbort(left, resolve);
    onConnection({ state: 'connecting' });
    let said = 'connecting';
    place = link.follow(
      {
        workflowId,
        cursor: () => guard.cursor,
        replay,
        types,
        onMessage: (id, message) => {
          owed += 1;
          const end = feed.take(id, message);
          if (end?.kind === 'returned') resolve();
          if (end?.kind === 'failed') {
            owed = 0;
            place?.again();
          }
          pay();
        },
        onState: (state) => {
          if (state.state === said && state.state !== 'reconnecting') return;
          said = state.state;
          onConnection(state);
        },
        onEnd: (error) => (error === null ? resolve() : reject(error)),
      },
      over.signal,
    );
    try {
      await promise;
    } finally {
      over.abort();
    }
  };
  for await (const entry of readFeed({ feed, fill, signal, onConnection })) {
    pay();
    yield entry;
  }
}

/** The server would refuse the request of all tabs for it. */
function refuseMalformed({ workflowId, after, onConnection }: Following): void {
  const isCursor = eventIdSchema.nullable().safeParse(after).success;
  if (isWorkflowId(workflowId) && isCursor) return;
  const error = isCursor
    ? new RuntapeClientError('refused', 'unknown_workflow', 'There is no such workflow here.')
    : new RuntapeClientError('refused', 'malformed_cursor', 'The cursor is not an event id.');
  onConnection({ state: 'failed', kind: error.kind, message: error.message });
  throw error;
}
