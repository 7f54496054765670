import { RuntapeClientError, serverUrl } from '@runtape/client';
import {
  connectionLost,
  type Page,
  type PollResult,
  ReconnectPolicy,
  type RequestOptions,
  RetryTimer,
  runWithReconnect,
  type StreamEnd,
  type TrpcClient,
} from '@runtape/client/internals';
import type { ConnectionState, ReconnectReason } from '@runtape/client';
import type { ConnectionSettings, OpenState } from '../protocol/messages.ts';
import { readSseStream } from './read-sse-stream.ts';
import { StreamRequest } from './stream-request.ts';
import type { SubscriptionSet } from './subscription-set.ts';
import type { Listener, Subscription } from './subscription.ts';

/** How long to collect further changes before the request is reopened, in ms. */
const DEBOUNCE_MS = 20;

export interface MultiplexedStreamOptions {
  /** The base URL of the server. */
  readonly url: string;
  readonly trpc: TrpcClient;
  readonly fetch: typeof globalThis.fetch;
  readonly settings: ConnectionSettings;
  /** The longest silence before a stream counts as dead, in ms; the server sends heartbeats. */
  readonly silenceMs: number;
  readonly random: () => number;
  readonly now: () => number;
}

/**
 * Keeps one stream open while there are subscriptions, and reports its state to their listeners.
 */
export class MultiplexedStream {
  readonly #options: MultiplexedStreamOptions;
  readonly #subscriptions: SubscriptionSet;
  readonly #timer = new RetryTimer();
  readonly #policy: ReconnectPolicy;
  #state: OpenState = { state: 'connecting' };
  #running: AbortController | null = null;
  /** Ends the open request in favour of one with other subscriptions or cursors. */
  #superseded = new AbortController();
  #debounce: ReturnType<typeof setTimeout> | null = null;
  /** When data last arrived, in ms since 1970. */
  #lastDataAt = 0;
  /** The number of received messages. */
  #received = 0;

  constructor(subscriptions: SubscriptionSet, options: MultiplexedStreamOptions) {
    this.#subscriptions = subscriptions;
    this.#options = options;
    this.#policy = new ReconnectPolicy(options.settings.retry, options.random, options.now);
  }

  /** Retries immediately. */
  wake(reason: ReconnectReason): void {
    this.#timer.fire(reason);
    // Timers stop while the machine sleeps, and the stream may have died in the meantime.
    const isSilent = this.#options.now() - this.#lastDataAt > this.#options.silenceMs;
    if (reason === 'online' || (this.#state.state === 'live' && isSilent)) this.changed();
  }

  /**
   * Retries immediately for a new subscriber, which need not wait for the backoff of earlier
   * failures.
   */
  tryNow(): void {
    if (this.#state.state === 'live') return;
    this.#policy.delivered();
    this.#timer.fire('visible');
  }

  async pause(failures: number, signal: AbortSignal): Promise<void> {
    await this.#timer.sleep(this.#policy.untilNextPoll(failures), signal);
  }

  requestOptions(signal: AbortSignal): RequestOptions {
    const { trpc, settings } = this.#options;
    return { trpc, timeoutMs: settings.connectTimeoutMs, signal };
  }

  /** Reopens the request because the subscriptions have changed, once no further changes arrive. */
  changed(): void {
    this.#debounce ??= setTimeout(() => {
      this.#debounce = null;
      this.#superseded.abort();
      if (this.#subscriptions.wanted().length === 0) this.stop();
      else this.#run();
    }, DEBOUNCE_MS);
  }

  stop(): void {
    if (this.#debounce !== null) clearTimeout(this.#debounce);
    this.#debounce = null;
    this.#running?.abort();
    this.#running = null;
  }

  /**
   * Reports the state to a listener. A new subscription is live only once a request includes it.
   */
  reportState({ isRequested }: Subscription, listener: Listener): void {
    if (this.#state.state !== 'live' || isRequested) listener.state(this.#state);
  }

  #run(): void {
    if (this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    this.#policy.delivered();
    const received = (): number => this.#received;
    runWithReconnect({
      transport: {
        get position() {
          return received();
        },
        stream: (onLive, signal) => this.#stream(onLive, signal),
        poll: (signal) => this.#poll(signal),
      },
      policy: this.#policy,
      timer: this.#timer,
      signal: running.signal,
      onConnection: (state) => this.#onConnection(state),
    }).then(
      () => this.#finish(running, null),
      (error: unknown) => this.#finish(running, RuntapeClientError.from(error)),
    );
  }

  #finish(running: AbortController, error: RuntapeClientError | null): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (error !== null) {
      const listeners = this.#subscriptions.all().flatMap((each) => each.listeners);
      for (const listener of listeners) listener.failed(error);
    } else if (this.#subscriptions.wanted().length > 0) {
      this.#run();
    }
  }

  #onConnection(state: ConnectionState): void {
    if (state.state === 'ended' || state.state === 'failed') return;
    this.#state = state;
    for (const subscription of this.#subscriptions.all()) {
      for (const listener of subscription.listeners) this.reportState(subscription, listener);
    }
  }

  /** Opens one request for all wanted subscriptions, until it fails or is superseded. */
  async #stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd> {
    this.#superseded = new AbortController();
    const request = new StreamRequest(this.#subscriptions);
    if (request.isEmpty) return { kind: 'completed' };
    const { url, fetch, settings, silenceMs, now } = this.#options;
    return await readSseStream({
      url: serverUrl(url, '/api/events'),
      fetch,
      body: request.body,
      connectTimeoutMs: settings.connectTimeoutMs,
      silenceMs,
      superseded: this.#superseded.signal,
      signal,
      onLive,
      onData: () => {
        this.#lastDataAt = now();
      },
      onFrame: (frame) => {
        if (frame.event === 'message') {
          this.#received += 1;
          this.#policy.delivered();
        }
        request.accept(frame);
      },
      onEnd: () =>
        request.isOver ? { kind: 'completed' } : { kind: 'failed', error: connectionLost(null) },
    });
  }

  /**
   * Polls one page for each subscription.
   * @throws RuntapeClientError when there is no response.
   */
  async #poll(signal: AbortSignal): Promise<PollResult> {
    let all: PollResult = 'idle';
    for (const subscription of this.#subscriptions.wanted()) {
      const { items, result } = await this.#pollOne(subscription, signal);
      if (signal.aborted) return 'idle';
      for (const { id, data } of items) {
        this.#received += 1;
        subscription.accept(id, data, JSON.stringify(data).length);
      }
      if (result === 'ended') subscription.end();
      if (result === 'more') all = 'more';
    }
    return all;
  }

  /** Polls one page; a refusal ends only this subscription. */
  async #pollOne(subscription: Subscription, signal: AbortSignal): Promise<Page> {
    try {
      return await subscription.fetchPage(this.requestOptions(signal));
    } catch (thrown) {
      const error = RuntapeClientError.from(thrown);
      if (signal.aborted || error.mayPass) throw error;
      subscription.refuse(error);
      return { items: [], result: 'idle' };
    }
  }
}
