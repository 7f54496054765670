import {
  type EventId,
  hasEnded,
  isSnapshotMessage,
  isTerminal,
  type Replay,
  type StreamEntry,
} from '@runtape/events';
import { Attempts, type Retry } from './attempts.ts';
import type { ConnectionState } from './connection-state.ts';
import { Connection, type ConnectionEnd } from './connection.ts';
import { CursorGuard, type StreamProblem } from './cursor-guard.ts';
import { connectionLost, type RuntapeClientError } from './errors.ts';
import type { TrpcClient } from './trpc-client.ts';
import { abortError, onAbort, wait } from './wait.ts';

/** How many events may wait for a slow reader. */
const CAPACITY = 512;

export interface Following {
  readonly trpc: TrpcClient;
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  readonly signal: AbortSignal;
  readonly retry: Retry;
  readonly connectTimeoutMs: number;
  readonly random: () => number;
  readonly now: () => number;
  readonly onConnection: (state: ConnectionState) => void;
  readonly onProblem: (problem: StreamProblem) => void;
}

type StreamEnd = ConnectionEnd | { readonly kind: 'gap' };

/**
 * A workflow's events, each once and in order, over as many connections as it takes. Returns after the terminal event.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function* followWorkflow(following: Following): AsyncGenerator<StreamEntry, void> {
  const { signal, onConnection, retry, random, now } = following;
  const guard = new CursorGuard(following.after);
  const attempts = new Attempts(retry, random, now);
  for (;;) {
    if (signal.aborted) throw abortError(signal);
    onConnection({ state: 'connecting' });
    const end = yield* followOnce(following, guard, attempts);
    if (end.kind === 'returned') {
      onConnection({ state: 'ended' });
      return;
    }
    if (end.kind === 'full') continue;
    const error = end.kind === 'failed' ? end.error : connectionLost(end.kind);
    const next = giveUpOr(following, error, () => attempts.failed(error));
    onConnection({ state: 'reconnecting', ...next });
    await wait(next.inMs, signal);
  }
}

/** One connection's worth of it. */
async function* followOnce(
  { trpc, workflowId, replay, signal, connectTimeoutMs, onConnection, onProblem }: Following,
  guard: CursorGuard,
  attempts: Attempts,
): AsyncGenerator<StreamEntry, StreamEnd> {
  const connection = new Connection({
    trpc,
    workflowId,
    after: guard.cursor,
    replay,
    capacity: CAPACITY,
    connectTimeoutMs,
    onLive: () => {
      attempts.connected();
      onConnection({ state: 'live' });
    },
  });
  // Closed at once, also when nobody asks for the next event.
  const stopListening = onAbort(signal, () => connection.close());
  try {
    for (;;) {
      const arrival = await connection.next();
      if (signal.aborted) throw abortError(signal);
      if (arrival.kind !== 'message') return arrival;
      const admission = guard.admit(arrival.id, arrival.data);
      if (admission.kind === 'gap') return admission;
      if ('problem' in admission) onProblem(admission.problem);
      if (admission.kind !== 'entry') continue;
      attempts.delivered();
      yield admission.entry;
      if (endsStream(admission.entry)) return { kind: 'returned' };
    }
  } finally {
    stopListening();
    connection.close();
  }
}

/** Nothing follows it; a client need not wait until the server says so. */
function endsStream({ message }: StreamEntry): boolean {
  return isSnapshotMessage(message) ? hasEnded(message.data.snapshot.status) : isTerminal(message);
}

function giveUpOr<Value>(
  { onConnection }: Following,
  { kind, message }: RuntapeClientError,
  tryAgain: () => Value,
): Value {
  try {
    return tryAgain();
  } catch (error) {
    onConnection({ state: 'failed', kind, message });
    throw error;
  }
}
