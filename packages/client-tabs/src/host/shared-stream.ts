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
import { streamFrames } from './event-stream.ts';
import { SharedRequest, type SubscriptionSet } from './shared-request.ts';
import type { Listener, Subscription } from './subscription.ts';

/** How long to wait for more changes before the request is opened again, in ms. */
const DEBOUNCE_MS = 20;

export interface SharedStreamOptions {
  /** The base URL of the server. */
  readonly url: string;
  readonly trpc: TrpcClient;
  readonly fetch: typeof globalThis.fetch;
  readonly settings: ConnectionSettings;
  /**
   * How long a stream may be silent before it counts as dead, in ms: the server sends heartbeats.
   */
  readonly silenceMs: number;
  readonly random: () => number;
  readonly now: () => number;
}

/**
 * Keeps one stream open for all subscriptions, while there are any, and tells their listeners its
 * state.
 */
export class SharedStream {
  readonly #options: SharedStreamOptions;
  readonly #subscriptions: SubscriptionSet;
  readonly #timer = new RetryTimer();
  readonly #policy: ReconnectPolicy;
  #state: OpenState = { state: 'connecting' };
  #running: AbortController | null = null;
  /** Ends the open request, for one with other subscriptions or cursors. */
  #superseded = new AbortController();
  #debounce: ReturnType<typeof setTimeout> | null = null;
  /** When something came last, in ms since 1970. */
  #lastHeardAt = 0;
  /** How many messages came: another value after each. */
  #received = 0;

  constructor(subscriptions: SubscriptionSet, options: SharedStreamOptions) {
    this.#subscriptions = subscriptions;
    this.#options = options;
    this.#policy = new ReconnectPolicy(options.settings.retry, options.random, options.now);
  }

  /** It is worth trying again at once. */
  wake(reason: ReconnectReason): void {
    this.#timer.fire(reason);
    // Timers stop while the machine sleeps, and the stream may have died meanwhile.
    const isSilent = this.#options.now() - this.#lastHeardAt > this.#options.silenceMs;
    if (reason === 'online' || (this.#state.state === 'live' && isSilent)) this.changed();
  }

  /** A new subscriber does not wait for the backoff that others have caused. */
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

  /** The subscriptions have changed: once no more changes come, the request is opened again. */
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

  /** Until a request has it, a new subscription is not told that the stream is live. */
  tellState({ isRequested }: Subscription, listener: Listener): void {
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
      for (const listener of subscription.listeners) this.tellState(subscription, listener);
    }
  }

  /** One request for everything that is wanted, until it fails or is superseded. */
  async #stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd> {
    this.#superseded = new AbortController();
    const request = new SharedRequest(this.#subscriptions);
    if (request.isEmpty) return { kind: 'returned' };
    const { url, fetch, settings, silenceMs, now } = this.#options;
    return await streamFrames({
      url: serverUrl(url, '/api/events'),
      fetch,
      body: request.body,
      connectTimeoutMs: settings.connectTimeoutMs,
      silenceMs,
      superseded: this.#superseded.signal,
      signal,
      onLive,
      onHeard: () => {
        this.#lastHeardAt = now();
      },
      onFrame: (frame) => {
        if (frame.event === 'message') {
          this.#received += 1;
          this.#policy.delivered();
        }
        request.accept(frame);
      },
      onEnd: () =>
        request.isOver ? { kind: 'returned' } : { kind: 'failed', error: connectionLost(null) },
    });
  }

  /**
   * One round: one page for each subscription. @throws RuntapeClientError when there is no answer.
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

  /** A refusal ends this subscription, and no other. */
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
