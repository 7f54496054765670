import type { Alarm } from '../reconnect/retry-timer.ts';
import { askThread } from '../transport/fetch-thread.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import type { StreamProblem } from './cursor-guard.ts';
import { Feed } from './delivery-buffer.ts';
import { type Connecting, followBy, type OwnStream } from './own-stream.ts';
import type { Carrier } from '../reconnect/run-with-reconnect.ts';
import { pollFeed } from './poll-feed.ts';
import { streamSubscription } from '../transport/trpc-subscription.ts';
import { type ThreadEntry, ThreadGuard } from './thread-guard.ts';

/** What is followed, by whom. */
export interface ThreadFollowing {
  readonly threadId: string;
  readonly after: string | null;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

/**
 * The events of a thread's workflows, each once and in order within its workflow, over as many connections as it takes. Has
 * no end.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function* followThreadEvents(
  connecting: Connecting,
  following: ThreadFollowing,
): AsyncGenerator<ThreadEntry, void> {
  yield* followBy(connecting, threadStream(connecting, following), following);
}

/** A thread's stream of one's own. */
export function threadStream(
  connecting: Connecting,
  following: ThreadFollowing,
): OwnStream<ThreadEntry> {
  const { after, onProblem } = following;
  const feed = new Feed<ThreadEntry>({
    guard: new ThreadGuard(after),
    endsWith: () => false,
    wants: () => true,
    onProblem,
  });
  return { feed, carrier: (alarm) => carrierOf(connecting, following, { feed, alarm }) };
}

function carrierOf(
  { trpc, connectTimeoutMs }: Connecting,
  { threadId }: ThreadFollowing,
  { feed, alarm }: { readonly feed: Feed<ThreadEntry>; readonly alarm: Alarm },
): Carrier {
  return {
    get position() {
      return feed.cursor;
    },
    stream: async (onLive, signal) => {
      await feed.queue.wanted(signal);
      return await streamSubscription({
        subscribe: (observer) =>
          trpc.onThreadEvents.subscribe({ threadId, lastEventId: feed.cursor }, observer),
        take: (cursor, data) => feed.take(cursor, data),
        onLive,
        connectTimeoutMs,
        alarm,
        signal,
      });
    },
    poll: (signal) =>
      pollFeed(
        feed,
        () =>
          askThread(
            { trpc, timeoutMs: connectTimeoutMs, signal },
            { threadId, after: feed.cursor },
          ),
        signal,
      ),
  };
}
