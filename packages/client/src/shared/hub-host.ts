import type { WakeReason } from '../reconnect/retry-timer.ts';
import { awaitLock, holdLock } from './locks.ts';
import { ANSWER_MS } from './port.ts';
import { createTrpcClient } from '../transport/trpc-client.ts';
import { defaultEventSource } from '../transport/event-source.ts';
import type { FollowSink } from './follower.ts';
import { Hub, type HubFollow } from './hub.ts';
import { type FromHub, type HubSettings, type ToHub, toHubSchema } from './protocol.ts';

/** A server's heartbeats come every 15 s unless it was told otherwise; after three missed ones the stream is dead. */
const SILENCE_MS = 45_000;

export interface HubHostOptions {
  /** Where there are none, a tab that crashes is noticed only by what it does not take. */
  readonly locks: LockManager | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
  /** Names what lives here, in this browser. */
  readonly id: string;
}

/** One tab, as the hub sees it. */
export interface HubSession {
  /** Takes what the tab says. What cannot be read is ignored. */
  receive(data: unknown): void;
  /** The tab is gone: everything it follows ends. */
  end(): void;
}

/** Where hubs live, one a server: a worker, or a tab that leads. */
export class HubHost {
  readonly #options: HubHostOptions;
  readonly #hubs = new Map<string, Hub>();
  readonly #sessions = new Set<Session>();
  readonly #over = new AbortController();
  /** Held as long as it lives. */
  #lock: string | null;

  constructor(options: HubHostOptions) {
    const { id, locks } = options;
    this.#options = options;
    this.#lock = locks === undefined ? null : `runtape hub ${id}`;
    if (this.#lock !== null) void this.#hold(this.#lock);
  }

  async #hold(lock: string): Promise<void> {
    const { signal } = this.#over;
    const isHeld = await holdLock(this.#options.locks, lock, { signal, withinMs: ANSWER_MS });
    // Nobody must wait for it then: to get it would mean that this is gone.
    if (!isHeld) this.#lock = null;
  }

  /** A tab connects. */
  open(post: (message: FromHub) => void, onEnd: () => void = () => {}): HubSession {
    const session = new Session({
      ...this.#options,
      lock: () => this.#lock,
      hub: (url, settings) => this.#hub(url, settings),
      post,
      onEnd: () => {
        this.#sessions.delete(session);
        onEnd();
      },
      over: this.#over.signal,
    });
    this.#sessions.add(session);
    return session;
  }

  /** How many tabs are connected. */
  get tabs(): number {
    return this.#sessions.size;
  }

  /** Ends every stream, and says nothing to the tabs: whoever takes over does. */
  close(): void {
    this.#over.abort();
    for (const session of this.#sessions) session.end();
    for (const hub of this.#hubs.values()) hub.close();
    this.#hubs.clear();
  }

  #hub(url: string, settings: HubSettings): Hub {
    const { fetch, random, now } = this.#options;
    const known = this.#hubs.get(url);
    if (known !== undefined) return known;
    const trpc = createTrpcClient({ url, fetch, EventSource: defaultEventSource() });
    const hub = new Hub({ url, trpc, fetch, settings, silenceMs: SILENCE_MS, random, now });
    this.#hubs.set(url, hub);
    return hub;
  }
}

interface SessionOptions extends HubHostOptions {
  readonly lock: () => string | null;
  readonly hub: (url: string, settings: HubSettings) => Hub;
  readonly post: (message: FromHub) => void;
  readonly onEnd: () => void;
  readonly over: AbortSignal;
}

class Session implements HubSession {
  readonly #options: SessionOptions;
  readonly #follows = new Map<number, HubFollow>();
  readonly #over = new AbortController();
  #hub: Hub | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  receive(data: unknown): void {
    const parsed = toHubSchema.safeParse(data);
    if (parsed.success && !this.#over.signal.aborted) this.#take(parsed.data);
  }

  end(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    for (const follow of this.#follows.values()) follow.leave();
    this.#follows.clear();
    this.#options.onEnd();
  }

  #take(said: ToHub): void {
    switch (said.kind) {
      case 'hello':
        this.#greet(said);
        break;
      case 'follow': {
        const { follow, ...request } = said;
        this.#follow(follow, (hub, sink) => hub.follow(request, sink));
        break;
      }
      case 'follow-thread': {
        const { follow, ...request } = said;
        this.#follow(follow, (hub, sink) => hub.followThread(request, sink));
        break;
      }
      case 'unfollow':
        this.#follows.get(said.follow)?.leave();
        this.#follows.delete(said.follow);
        break;
      case 'taken':
        this.#follows.get(said.follow)?.taken(said.count);
        break;
      case 'wake':
        this.#wake(said.reason);
        break;
      case 'bye':
        this.end();
    }
  }

  #greet({ lock: tabLock, url, settings }: Extract<ToHub, { kind: 'hello' }>): void {
    const { hub, locks, lock, post, over } = this.#options;
    if (this.#hub === null) {
      this.#hub = hub(url, settings);
      // To get it is to know that the tab is gone.
      const stop = AbortSignal.any([over, this.#over.signal]);
      if (tabLock !== null) awaitLock(locks, tabLock, stop, () => this.end());
    }
    post({ kind: 'welcome', lock: lock() });
  }

  #follow(follow: number, begin: (hub: Hub, sink: FollowSink) => HubFollow): void {
    const { post } = this.#options;
    if (this.#hub === null || this.#follows.has(follow)) return;
    const handle = begin(this.#hub, {
      message: (id, message, chars) => post({ kind: 'message', follow, id, message, chars }),
      state: (state) => post({ kind: 'state', follow, state }),
      ended: () => {
        this.#follows.delete(follow);
        post({ kind: 'ended', follow });
      },
      failed: ({ kind, code, message }) => {
        this.#follows.delete(follow);
        post({ kind: 'failed', follow, error: { kind, code, message } });
      },
    });
    this.#follows.set(follow, handle);
  }

  #wake(reason: WakeReason): void {
    this.#hub?.wake(reason);
  }
}
