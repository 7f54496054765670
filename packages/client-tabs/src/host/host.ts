import { createTrpcClient, defaultEventSource } from '@runtape/client/internals';
import { holdLock } from '../protocol/locks.ts';
import { ANSWER_MS, type ConnectionSettings, type FromHost } from '../protocol/messages.ts';
import { ConnectedTab } from './connected-tab.ts';
import { ServerConnection } from './server-connection.ts';

/**
 * By default the server sends a heartbeat every 15 s; after three missed heartbeats the stream
 * counts as dead.
 */
const SILENCE_MS = 45_000;

export interface HostOptions {
  /** Without locks, a crashed tab is noticed only because it acknowledges no messages. */
  readonly locks: LockManager | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
  /** Unique in this browser. */
  readonly id: string;
}

/**
 * Holds the connections of a browser, one for each server, for all of its tabs. It runs in a
 * worker, or in the leading tab.
 */
export class Host {
  readonly #options: HostOptions;
  readonly #connections = new Map<string, ServerConnection>();
  readonly #tabs = new Set<ConnectedTab>();
  readonly #closed = new AbortController();
  /** The lock that is held for the host's lifetime; `null` without one. */
  #lock: string | null;

  constructor(options: HostOptions) {
    const { id, locks } = options;
    this.#options = options;
    this.#lock = locks === undefined ? null : `runtape hub ${id}`;
    if (this.#lock !== null) void this.#hold(this.#lock);
  }

  async #hold(lock: string): Promise<void> {
    const { signal } = this.#closed;
    const isHeld = await holdLock(this.#options.locks, lock, { signal, withinMs: ANSWER_MS });
    // A tab treats acquiring the host's lock as proof that the host is gone, so name it only if it
    // is held.
    if (!isHeld) this.#lock = null;
  }

  /** Connects a tab. */
  open(post: (message: FromHost) => void, onEnd: () => void = () => {}): ConnectedTab {
    const tab = new ConnectedTab({
      locks: this.#options.locks,
      hostLock: () => this.#lock,
      connect: (url, settings) => this.#connect(url, settings),
      post,
      onEnd: () => {
        this.#tabs.delete(tab);
        onEnd();
      },
      hostClosed: this.#closed.signal,
    });
    this.#tabs.add(tab);
    return tab;
  }

  /** Ends every stream without notifying the tabs: the next host introduces itself. */
  close(): void {
    this.#closed.abort();
    for (const tab of this.#tabs) tab.end();
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #connect(url: string, settings: ConnectionSettings): ServerConnection {
    const { fetch, random, now } = this.#options;
    const known = this.#connections.get(url);
    if (known !== undefined) return known;
    const trpc = createTrpcClient({ url, fetch, EventSource: defaultEventSource() });
    const options = { url, trpc, fetch, settings, silenceMs: SILENCE_MS, random, now };
    const connection = new ServerConnection(options);
    this.#connections.set(url, connection);
    return connection;
  }
}
