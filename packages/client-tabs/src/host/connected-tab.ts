import { awaitLock } from '../protocol/locks.ts';
import {
  type ConnectionSettings,
  type FromHost,
  parseToHost,
  type ToHost,
} from '../protocol/messages.ts';
import type { ServerConnection, SubscriptionHandle } from './server-connection.ts';
import type { Listener } from './subscription.ts';

export interface ConnectedTabOptions {
  readonly locks: LockManager | undefined;
  readonly hostLock: () => string | null;
  readonly connect: (url: string, settings: ConnectionSettings) => ServerConnection;
  readonly post: (message: FromHost) => void;
  readonly onEnd: () => void;
  readonly hostClosed: AbortSignal;
}

/** One tab, as the host sees it. */
export class ConnectedTab {
  readonly #options: ConnectedTabOptions;
  readonly #subscriptions = new Map<number, SubscriptionHandle>();
  readonly #closed = new AbortController();
  #connection: ServerConnection | null = null;

  constructor(options: ConnectedTabOptions) {
    this.#options = options;
  }

  /** Receives a message of the tab; malformed messages are ignored. */
  receive(data: unknown): void {
    const message = parseToHost(data);
    if (message !== null && !this.#closed.signal.aborted) this.#handle(message);
  }

  /** Ends all subscriptions of the tab. */
  end(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
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
    const { connect, locks, hostLock, post, hostClosed } = this.#options;
    if (this.#connection === null) {
      this.#connection = connect(url, settings);
      // Acquiring a tab's lock proves that the tab is gone.
      const stop = AbortSignal.any([hostClosed, this.#closed.signal]);
      if (tabLock !== null) awaitLock(locks, tabLock, stop, () => this.end());
    }
    post({ kind: 'welcome', lock: hostLock() });
  }

  #subscribe(
    follow: number,
    begin: (connection: ServerConnection, listener: Listener) => SubscriptionHandle,
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
