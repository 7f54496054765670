import type { ConnectionState } from '../connection-state.ts';
import { type Feed, readFeed } from '../feed.ts';
import { onAbort } from '../wait.ts';
import type { PlaceHandle, SharedFollow, SharedLink } from './shared-link.ts';

/** Told to the hub so many at a time. */
const BATCH = 32;
/** So many may wait here; what waits beyond that waits on the hub's account. */
const AHEAD = 64;

export interface ReadSharedOptions<Entry> extends Pick<SharedFollow, 'asks'> {
  readonly feed: Feed<Entry>;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * What is followed by way of the stream that all tabs share, whatever it is: each entry once and in order, to its end.
 * @throws as following by a stream of one's own.
 */
export async function* readShared<Entry>(
  link: SharedLink,
  { feed, asks, signal, onConnection }: ReadSharedOptions<Entry>,
): AsyncGenerator<Entry, void> {
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
        asks,
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
