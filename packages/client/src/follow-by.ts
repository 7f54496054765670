import { Alarm, type WakeUps } from './alarm.ts';
import { Attempts, type Retry } from './attempts.ts';
import type { ConnectionState } from './connection-state.ts';
import { type Feed, readFeed } from './feed.ts';
import { type Carrier, keepStreaming } from './keep-streaming.ts';
import type { TrpcClient } from './trpc-client.ts';

/** How connections are made and kept, whatever is followed. */
export interface Connecting {
  readonly trpc: TrpcClient;
  readonly retry: Retry;
  readonly connectTimeoutMs: number;
  readonly random: () => number;
  readonly now: () => number;
  readonly wakeUps: WakeUps;
}

/** What a stream of one's own is made of. */
export interface OwnStream<Entry> {
  readonly feed: Feed<Entry>;
  readonly carrier: Carrier;
}

/**
 * Follows by a stream of one's own, over as many connections as it takes.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function* followBy<Entry>(
  { retry, random, now, wakeUps }: Connecting,
  make: (parts: { readonly attempts: Attempts; readonly alarm: Alarm }) => OwnStream<Entry>,
  { signal, onConnection }: FollowByOptions,
): AsyncGenerator<Entry, void> {
  const attempts = new Attempts(retry, random, now);
  const alarm = new Alarm();
  const { feed, carrier } = make({ attempts, alarm });
  const stopWaking = wakeUps((reason) => alarm.ring(reason));
  try {
    yield* readFeed({
      feed,
      fill: (filling) => keepStreaming({ carrier, attempts, alarm, signal: filling, onConnection }),
      signal,
      onConnection,
    });
  } finally {
    stopWaking();
  }
}

interface FollowByOptions {
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}
