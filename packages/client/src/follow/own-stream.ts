import { Alarm, type WakeUps } from '../reconnect/retry-timer.ts';
import { Attempts, type Retry } from '../reconnect/reconnect-policy.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import { type Feed, readFeed } from './delivery-buffer.ts';
import { type Carrier, keepStreaming } from '../reconnect/run-with-reconnect.ts';
import type { TrpcClient } from '../transport/trpc-client.ts';

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
  /** Fills the feed, from where it stands. */
  readonly carrier: (alarm: Alarm) => Carrier;
}

interface FollowByOptions {
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Follows by a stream of one's own, over as many connections as it takes.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function* followBy<Entry>(
  connecting: Connecting,
  own: OwnStream<Entry>,
  { signal, onConnection }: FollowByOptions,
): AsyncGenerator<Entry, void> {
  yield* readFeed({
    feed: own.feed,
    fill: (filling) => fillByOwnStream(connecting, own, { signal: filling, onConnection }),
    signal,
    onConnection,
  });
}

/** Fills a feed until everything has come. @throws as `followBy`. */
export async function fillByOwnStream<Entry>(
  { retry, random, now, wakeUps }: Connecting,
  { feed, carrier }: OwnStream<Entry>,
  { signal, onConnection }: FollowByOptions,
): Promise<void> {
  const attempts = new Attempts(retry, random, now);
  const alarm = new Alarm();
  feed.onDelivered = () => attempts.delivered();
  const stopWaking = wakeUps((reason) => alarm.ring(reason));
  try {
    await keepStreaming({ carrier: carrier(alarm), attempts, alarm, signal, onConnection });
  } finally {
    stopWaking();
  }
}
