import type { ConnectionState } from '../reconnect/connection-state.ts';
import { ReconnectPolicy, type Retry } from '../reconnect/reconnect-policy.ts';
import { type ReconnectTriggers, RetryTimer } from '../reconnect/retry-timer.ts';
import { runWithReconnect } from '../reconnect/run-with-reconnect.ts';
import type { Page, RequestOptions } from '../transport/fetch-page.ts';
import type { PollResult, Transport } from '../transport/transport.ts';
import type { TrpcClient } from '../transport/trpc-client.ts';
import { streamSubscription, type Subscribe } from '../transport/trpc-subscription.ts';
import type { DeliveryBuffer } from './delivery-buffer.ts';

/** How to open connections and keep them open, for workflows and threads alike. */
export interface ConnectionOptions {
  /** The base URL of the server. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly trpc: TrpcClient;
  readonly retry: Retry;
  readonly connectTimeoutMs: number;
  readonly random: () => number;
  readonly now: () => number;
  readonly triggers: ReconnectTriggers;
}

/**
 * A reader's buffer and the two ways to fill it: a stream and polls. Both start at the buffer's
 * cursor.
 */
export interface DirectStream<Entry, Cursor extends string = string> {
  readonly buffer: DeliveryBuffer<Entry, Cursor>;
  readonly subscribe: Subscribe;
  readonly fetchPage: (options: RequestOptions) => Promise<Page>;
}

export interface FillOptions {
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Fills a buffer until all entries have arrived, over as many connections as necessary.
 * @throws RuntapeClientError when the server refuses or the attempts are used up; an AbortError
 *   when the signal aborts.
 */
export async function fillFromDirectStream<Entry, Cursor extends string>(
  connection: ConnectionOptions,
  direct: DirectStream<Entry, Cursor>,
  options: FillOptions,
): Promise<void> {
  const { retry, random, now, triggers } = connection;
  const policy = new ReconnectPolicy(retry, random, now);
  const timer = new RetryTimer();
  direct.buffer.onDelivered = () => policy.delivered();
  const stopTriggers = triggers((reason) => timer.fire(reason));
  try {
    await runWithReconnect({
      ...options,
      transport: transportOf(connection, direct, timer),
      policy,
      timer,
    });
  } finally {
    stopTriggers();
  }
}

function transportOf<Entry, Cursor extends string>(
  { trpc, connectTimeoutMs }: ConnectionOptions,
  { buffer, subscribe, fetchPage }: DirectStream<Entry, Cursor>,
  timer: RetryTimer,
): Transport {
  return {
    get position() {
      return buffer.cursor;
    },
    stream: async (onLive, signal) => {
      await buffer.untilReaderWaits(signal);
      const superseded = new AbortController();
      // A connection from before the network outage may be dead without an error.
      const stopListening = timer.onFire((reason) => {
        if (reason === 'online') superseded.abort();
      });
      try {
        return await streamSubscription({
          subscribe,
          accept: (id, data) => buffer.accept(id, data),
          onLive,
          connectTimeoutMs,
          superseded: superseded.signal,
          signal,
        });
      } finally {
        stopListening();
      }
    },
    poll: async (signal) => {
      await buffer.untilReaderWaits(signal);
      const page = await fetchPage({ trpc, timeoutMs: connectTimeoutMs, signal });
      // An aborted poll means that streaming works again and delivers the same entries.
      return signal.aborted ? 'idle' : acceptPage(buffer, page);
    },
  };
}

function acceptPage<Entry, Cursor extends string>(
  buffer: DeliveryBuffer<Entry, Cursor>,
  { items, result }: Page,
): PollResult {
  for (const { id, data } of items) {
    const end = buffer.accept(id, data);
    if (end?.kind === 'completed') return 'ended';
    // Entries that do not fit into the buffer, or that follow a gap, are fetched again.
    if (end !== null) return 'more';
  }
  return result;
}
