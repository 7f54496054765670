import { Alarm, type WakeReason } from '../alarm.ts';
import { askWorkflow, type Page } from '../ask-workflow.ts';
import { Attempts } from '../attempts.ts';
import type { ConnectionState } from '../connection-state.ts';
import { connectionLost, fromTold, RuntapeClientError } from '../errors.ts';
import { type Carrier, keepStreaming, type StreamEnd } from '../keep-streaming.ts';
import type { Polled } from '../polling.ts';
import type { TrpcClient } from '../trpc-client.ts';
import { catchUp } from './catch-up.ts';
import { Channel } from './channel.ts';
import { Follower, type FollowRequest, type FollowSink } from './follower.ts';
import type { HubSettings, StandingState } from './protocol.ts';
import { readFrame, type Said } from './read-frame.ts';
import type { SseFrame } from './sse-frames.ts';
import { streamFrames } from './stream-frames.ts';

/** How long to wait for more changes before the request is opened again, in ms. */
const SETTLE_MS = 20;
/** So many at once are the past: there is more of it to ask for. */
const MANY = 100;
/** What one request may carry. */
const MAX_STREAMS = 200;

export interface HubOptions {
  /** The server's origin. */
  readonly url: string;
  readonly trpc: TrpcClient;
  readonly fetch: typeof globalThis.fetch;
  readonly settings: HubSettings;
  /** How long a stream may be silent before it counts as dead, in ms: the server sends heartbeats. */
  readonly silenceMs: number;
  readonly random: () => number;
  readonly now: () => number;
}

/** A place in the hub, for who follows a workflow. */
export interface HubFollow {
  /** So many more messages were taken. */
  taken(count: number): void;
  leave(): void;
}

/**
 * All workflows that are followed in a browser, on one stream. Each follower has a cursor of its own and gets each message
 * once and in order. When the set of workflows changes, the request is opened again with a cursor for each.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #alarm = new Alarm();
  readonly #attempts: Attempts;
  #state: StandingState = { state: 'connecting' };
  #running: AbortController | null = null;
  /** Ends the request that is open, for one with other workflows or cursors. */
  #superseded = new AbortController();
  #settling: ReturnType<typeof setTimeout> | null = null;
  /** Another value after each move of a cursor. */
  #moves = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.settings.retry, options.random, options.now);
  }

  /** True while anybody follows. */
  get isUsed(): boolean {
    return this.#channels.size > 0;
  }

  follow(request: FollowRequest, sink: FollowSink): HubFollow {
    const follower = new Follower(request, {
      message: (id, message) => sink.message(id, message),
      state: (state) => sink.state(state),
      ended: () => {
        this.#leave(follower);
        sink.ended();
      },
      failed: (error) => {
        this.#leave(follower);
        sink.failed(error);
      },
    });
    const known = this.#channels.get(request.workflowId);
    if (known === undefined) this.#open(follower);
    else this.#add(known, follower);
    return {
      taken: (count) => follower.taken(count),
      leave: () => this.#leave(follower),
    };
  }

  /** It is worth trying again at once. */
  wake(reason: WakeReason): void {
    this.#alarm.ring(reason);
    if (reason === 'online') this.#change();
  }

  /** Ends everything, and says nothing. */
  close(): void {
    for (const { followers } of this.#channels.values()) {
      for (const follower of followers) this.#leave(follower);
    }
    this.#stop();
  }

  #open(follower: Follower): void {
    if (this.#channels.size >= MAX_STREAMS) {
      const message = `A browser follows at most ${MAX_STREAMS} workflows at once. Close some, and try again.`;
      queueMicrotask(() =>
        follower.sink.failed(new RuntapeClientError('refused', 'invalid_input', message)),
      );
      return;
    }
    const channel = new Channel(follower, (late) => this.#catchUp(channel, late));
    this.#channels.set(channel.workflowId, channel);
    channel.followers.add(follower);
    follower.isJoined = true;
    this.#tellOne(channel, follower);
    this.#tryNow();
    this.#change();
  }

  #add(channel: Channel, follower: Follower): void {
    channel.followers.add(follower);
    this.#tellOne(channel, follower);
    if (!channel.carries(follower)) this.#change();
    this.#catchUp(channel, follower);
    this.#tryNow();
  }

  /** Somebody came, and does not want to wait for what others have waited for. */
  #tryNow(): void {
    if (this.#state.state === 'live') return;
    this.#attempts.delivered();
    this.#alarm.ring('visible');
  }

  #leave(follower: Follower): void {
    if (follower.left.signal.aborted) return;
    follower.left.abort();
    const channel = this.#channels.get(follower.request.workflowId);
    if (channel?.followers.delete(follower) !== true || channel.followers.size > 0) return;
    this.#channels.delete(channel.workflowId);
    if (!channel.hasEnded) this.#change();
  }

  #catchUp(channel: Channel, follower: Follower): void {
    void catchUp({
      channel,
      follower,
      ask: ({ at, request }, signal) => this.#ask({ ...request, after: at }, signal),
      pause: (failures, signal) =>
        this.#alarm.sleep(this.#attempts.untilNextPoll(failures), signal),
    });
  }

  async #ask(
    { workflowId, after, replay }: Omit<FollowRequest, 'types'>,
    signal: AbortSignal,
  ): Promise<Page> {
    const { trpc, settings } = this.#options;
    const timeoutMs = settings.connectTimeoutMs;
    return await askWorkflow({ trpc, workflowId, after, replay, timeoutMs, signal });
  }

  /** The set has changed: once no more changes come, the request is opened again. */
  #change(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = null;
      this.#superseded.abort();
      if (this.#carried().length === 0) this.#stop();
      else this.#run();
    }, SETTLE_MS);
  }

  #stop(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    this.#running?.abort();
    this.#running = null;
  }

  #run(): void {
    if (this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    this.#attempts.delivered();
    keepStreaming({
      carrier: this.#carrier(),
      attempts: this.#attempts,
      alarm: this.#alarm,
      signal: running.signal,
      onConnection: (state) => this.#tell(state),
    }).then(
      () => this.#finish(running, null),
      (error: unknown) => this.#finish(running, RuntapeClientError.from(error)),
    );
  }

  #finish(running: AbortController, error: RuntapeClientError | null): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (error !== null) {
      for (const { followers } of this.#channels.values()) {
        for (const follower of followers) follower.sink.failed(error);
      }
    } else if (this.#carried().length > 0) {
      this.#run();
    }
  }

  #tell(state: ConnectionState): void {
    if (state.state === 'ended' || state.state === 'failed') return;
    this.#state = state;
    for (const channel of this.#channels.values()) {
      for (const follower of channel.followers) this.#tellOne(channel, follower);
    }
  }

  /** Live is not yet who came while the request was opened: it is opened again for them. */
  #tellOne(channel: Channel, { sink }: Follower): void {
    if (this.#state.state !== 'live' || channel.isOnWire) sink.state(this.#state);
  }

  #carried(): Channel[] {
    return [...this.#channels.values()].filter(({ hasEnded }) => !hasEnded);
  }

  #carrier(): Carrier {
    const moves = (): number => this.#moves;
    return {
      get position() {
        return moves();
      },
      stream: (onLive, signal) => this.#stream(onLive, signal),
      poll: (signal) => this.#poll(signal),
    };
  }

  async #stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd> {
    const carried = this.#carried();
    if (carried.length === 0) return { kind: 'returned' };
    const { url, fetch, settings, silenceMs } = this.#options;
    this.#superseded = new AbortController();
    return await streamFrames({
      url: new URL('/api/events', url).href,
      fetch,
      body: { streams: carried.map(streamOf) },
      onLive,
      take: (frame) => this.#take(frame),
      onEnd: () =>
        carried.every(({ hasEnded, followers }) => hasEnded || followers.size === 0)
          ? { kind: 'returned' }
          : { kind: 'failed', error: connectionLost(null) },
      connectTimeoutMs: settings.connectTimeoutMs,
      silenceMs,
      superseded: this.#superseded.signal,
      signal,
    });
  }

  #take(frame: SseFrame): StreamEnd | null {
    const said = readFrame(frame);
    switch (said?.kind) {
      case 'message':
        this.#moves += 1;
        this.#attempts.delivered();
        this.#channels.get(said.workflowId)?.take(said.id, said.message, frame.data.length);
        return null;
      case 'ended':
        this.#end(said.workflowId);
        return null;
      case 'refused':
        return this.#takeRefusal(said);
      case 'malformed':
        // Whose it is cannot be told: everybody reports and skips it.
        for (const channel of this.#carried()) channel.take('', said.body, 0);
        return null;
      case undefined:
        return null;
    }
  }

  #takeRefusal({ workflowId, error: told }: Extract<Said, { kind: 'refused' }>): StreamEnd | null {
    const error = fromTold(told);
    if (error.mayPass) return { kind: 'failed', error };
    this.#refuse(workflowId, error);
    return null;
  }

  #end(workflowId: string): void {
    const channel = this.#channels.get(workflowId);
    if (channel === undefined) return;
    channel.hasEnded = true;
    for (const follower of channel.followers) {
      if (follower.isJoined) follower.sink.ended();
      else follower.nudge();
    }
  }

  #refuse(workflowId: string, error: RuntapeClientError): void {
    const channel = this.#channels.get(workflowId);
    if (channel === undefined) return;
    channel.hasEnded = true;
    for (const follower of channel.followers) follower.sink.failed(error);
  }

  /** One round: each workflow is asked for once. */
  async #poll(signal: AbortSignal): Promise<Polled> {
    let polled: Polled = 'idle';
    for (const channel of this.#carried()) {
      const page = await this.#pollChannel(channel, signal);
      if (signal.aborted) return 'idle';
      for (const { id, data } of page.items) {
        this.#moves += 1;
        channel.take(id, data, JSON.stringify(data).length);
      }
      if (page.ended) this.#end(channel.workflowId);
      if (page.items.length >= MANY) polled = 'more';
    }
    return polled;
  }

  /** One that is refused does not end the others. */
  async #pollChannel(channel: Channel, signal: AbortSignal): Promise<Page> {
    const { workflowId, cursor, replay } = channel;
    try {
      return await this.#ask({ workflowId, after: cursor, replay }, signal);
    } catch (thrown) {
      const error = RuntapeClientError.from(thrown);
      if (signal.aborted || error.mayPass) throw error;
      this.#refuse(workflowId, error);
      return { items: [], ended: false };
    }
  }
}

function streamOf(channel: Channel) {
  const { workflowId, cursor, replay } = channel;
  const types = channel.openOnWire();
  return { workflowId, after: cursor, replay, ...(types !== null && { types }) };
}
