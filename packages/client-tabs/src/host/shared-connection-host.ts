import { createTrpcClient, defaultEventSource } from '@runtape/client/internals';
import { awaitLock, holdLock } from '../protocol/locks.ts';
import {
  ANSWER_MS,
  type ConnectionSettings,
  type FromHost,
  type ToHost,
  toHostSchema,
} from '../protocol/messages.ts';
import { SharedConnection, type SubscriptionHandle } from './shared-connection.ts';
import type { Listener } from './subscription.ts';

/**
 * By default the server sends a heartbeat every 15 s; after three missed heartbeats the stream
 * counts as dead.
 */
const SILENCE_MS = 45_000;

export interface SharedConnectionHostOptions {
  /** Without locks, a crashed tab is noticed only because it acknowledges no messages. */
  readonly locks: LockManager | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
  /** Unique in this browser. */
  readonly id: string;
}

/** One tab, as the host sees it. */
export interface TabSession {
  /** Receives a message of the tab; malformed messages are ignored. */
  receive(data: unknown): void;
  /** Ends all subscriptions of the tab. */
  end(): void;
}

/**
 * Holds the shared connections of a browser, one for each server. It runs in a worker, or in the
 * leading tab.
 */
export class SharedConnectionHost {
  readonly #options: SharedConnectionHostOptions;
  readonly #connections = new Map<string, SharedConnection>();
  readonly #sessions = new Set<Session>();
  readonly #over = new AbortController();
  /** The lock that is held for the host's lifetime; `null` without one. */
  #lock: string | null;

  constructor(options: SharedConnectionHostOptions) {
    const { id, locks } = options;
    this.#options = options;
    this.#lock = locks === undefined ? null : `runtape hub ${id}`;
    if (this.#lock !== null) void this.#hold(this.#lock);
  }

  async #hold(lock: string): Promise<void> {
    const { signal } = this.#over;
    const isHeld = await holdLock(this.#options.locks, lock, { signal, withinMs: ANSWER_MS });
    // A tab treats acquiring the host's lock as proof that the host is gone, so name it only if it
    // is held.
    if (!isHeld) this.#lock = null;
  }

  /** Opens a session for a tab. */
  open(post: (message: FromHost) => void, onEnd: () => void = () => {}): TabSession {
    const session = new Session({
      locks: this.#options.locks,
      hostLock: () => this.#lock,
      connect: (url, settings) => this.#connect(url, settings),
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

  /** Ends every stream without notifying the tabs: the next host introduces itself. */
  close(): void {
    this.#over.abort();
    for (const session of this.#sessions) session.end();
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #connect(url: string, settings: ConnectionSettings): SharedConnection {
    const { fetch, random, now } = this.#options;
    const known = this.#connections.get(url);
    if (known !== undefined) return known;
    const trpc = createTrpcClient({ url, fetch, EventSource: defaultEventSource() });
    const options = { url, trpc, fetch, settings, silenceMs: SILENCE_MS, random, now };
    const connection = new SharedConnection(options);
    this.#connections.set(url, connection);
    return connection;
  }
}

interface SessionOptions {
  readonly locks: LockManager | undefined;
  readonly hostLock: () => string | null;
  readonly connect: (url: string, settings: ConnectionSettings) => SharedConnection;
  readonly post: (message: FromHost) => void;
  readonly onEnd: () => void;
  readonly over: AbortSignal;
}

class Session implements TabSession {
  readonly #options: SessionOptions;
  readonly #subscriptions = new Map<number, SubscriptionHandle>();
  readonly #over = new AbortController();
  #connection: SharedConnection | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  receive(data: unknown): void {
    const parsed = toHostSchema.safeParse(data);
    if (parsed.success && !this.#over.signal.aborted) this.#handle(parsed.data);
  }

  end(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    for (const subscription of this.#subscriptions.values()) subscription.unsubscribe();
    this.#subscriptions.clear();
    this.#options.onEnd();
  }

  #handle(message: ToHost): void {
    switch (message.kind) {
      case 'hello':
        this.#welcome(message);
        break;
      case 'follow': {
        const { follow, ...request } = message;
        this.#subscribe(follow, (to, listener) => to.subscribe(request, listener));
        break;
      }
      case 'follow-thread': {
        const { follow, ...request } = message;
        this.#subscribe(follow, (to, listener) => to.subscribeToThread(request, listener));
        break;
      }
      case 'unfollow':
        this.#subscriptions.get(message.follow)?.unsubscribe();
        this.#subscriptions.delete(message.follow);
        break;
      case 'taken':
        this.#subscriptions.get(message.follow)?.acknowledged(message.count);
        break;
      case 'wake':
        this.#connection?.wake(message.reason);
        break;
      case 'bye':
        this.end();
    }
  }

  #welcome({ lock: tabLock, url, settings }: Extract<ToHost, { kind: 'hello' }>): void {
    const { connect, locks, hostLock, post, over } = this.#options;
    if (this.#connection === null) {
      this.#connection = connect(url, settings);
      // Acquiring a tab's lock proves that the tab is gone.
      const stop = AbortSignal.any([over, this.#over.signal]);
      if (tabLock !== null) awaitLock(locks, tabLock, stop, () => this.end());
    }
    post({ kind: 'welcome', lock: hostLock() });
  }

  #subscribe(
    follow: number,
    begin: (connection: SharedConnection, listener: Listener) => SubscriptionHandle,
  ): void {
    const { post } = this.#options;
    if (this.#connection === null || this.#subscriptions.has(follow)) return;
    const handle = begin(this.#connection, {
      message: (id, message, chars) => post({ kind: 'message', follow, id, message, chars }),
      state: (state) => post({ kind: 'state', follow, state }),
      ended: () => {
        this.#subscriptions.delete(follow);
        post({ kind: 'ended', follow });
      },
      failed: ({ kind, code, message }) => {
        this.#subscriptions.delete(follow);
        post({ kind: 'failed', follow, error: { kind, code, message } });
      },
    });
    this.#subscriptions.set(follow, handle);
  }
}
