import {
  type EventId,
  hasEnded,
  isSnapshotMessage,
  isTerminal,
  type Replay,
  type StreamEntry,
} from '@runtape/events';
import type { Alarm } from '../reconnect/retry-timer.ts';
import { askWorkflow } from '../transport/fetch-workflow.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import { CursorGuard, type StreamProblem } from './cursor-guard.ts';
import { Feed } from './delivery-buffer.ts';
import { type Connecting, followBy, type OwnStream } from './own-stream.ts';
import type { Carrier } from '../reconnect/run-with-reconnect.ts';
import { pollFeed } from './poll-feed.ts';
import { streamSubscription } from '../transport/trpc-subscription.ts';

/** What is followed, by whom. */
export interface Following {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** `null` for all. */
  readonly types: ReadonlySet<string> | null;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

/** A workflow's stream of one's own, and the cursor at which it stands. */
export interface WorkflowStream extends OwnStream<StreamEntry> {
  readonly guard: CursorGuard;
}

/**
 * A workflow's events, each once and in order, over as many connections as it takes. Returns after the terminal event.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function* followWorkflow(
  connecting: Connecting,
  following: Following,
): AsyncGenerator<StreamEntry, void> {
  yield* followBy(connecting, workflowStream(connecting, following), following);
}

export function workflowStream(connecting: Connecting, following: Following): WorkflowStream {
  const { after, types } = following;
  const guard = new CursorGuard(after, { isFiltered: types !== null });
  const feed = feedOf(following, guard);
  return {
    guard,
    feed,
    carrier: (alarm) => carrierOf(connecting, following, { guard, feed, alarm }),
  };
}

function feedOf({ types, onProblem }: Following, guard: CursorGuard): Feed<StreamEntry> {
  return new Feed({
    guard,
    endsWith: endsStream,
    // A server that knows no filter, and a poll, bring everything.
    wants: (entry) =>
      types === null ||
      types.has(entry.message.type) ||
      types.has(typeOf(entry)) ||
      isSnapshotMessage(entry.message) ||
      endsStream(entry),
    onProblem,
  });
}

interface Parts {
  readonly guard: CursorGuard;
  readonly feed: Feed<StreamEntry>;
  readonly alarm: Alarm;
}

function carrierOf(
  { trpc, connectTimeoutMs }: Connecting,
  { workflowId, replay, types }: Following,
  { guard, feed, alarm }: Parts,
): Carrier {
  return {
    get position() {
      return guard.cursor;
    },
    stream: async (onLive, signal) => {
      await feed.queue.wanted(signal);
      const asked = {
        workflowId,
        lastEventId: guard.cursor,
        replay,
        ...(types !== null && { types: [...types] }),
      };
      return await streamSubscription({
        subscribe: (observer) => trpc.onWorkflowEvents.subscribe(asked, observer),
        take: (id, data) => feed.take(id, data),
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
          askWorkflow(
            { trpc, timeoutMs: connectTimeoutMs, signal },
            { workflowId, after: guard.cursor, replay },
          ),
        signal,
      ),
  };
}

function endsStream({ message }: StreamEntry): boolean {
  return isSnapshotMessage(message) ? hasEnded(message.data.snapshot.status) : isTerminal(message);
}

/** What an event is called where it was emitted, also when we do not know it. */
function typeOf({ message }: StreamEntry): string {
  return message.type === 'unknown' ? message.data.type : message.type;
}
