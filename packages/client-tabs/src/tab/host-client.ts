import { onAbort, untilAborted, withTimeout } from '@runtape/async';
import { type ReconnectReason, type ReconnectTriggers, RuntapeClientError } from '@runtape/client';
import { holdLock } from '../protocol/locks.ts';
import type { HostPort, OpenPort, TabScope } from '../ports/port.ts';
import {
  type ConnectionSettings,
  type FromHost,
  type OpenState,
  parseFromHost,
  type SubscribeMessage,
  type ToHost,
} from '../protocol/messages.ts';
import { HostWatchdog } from './host-watchdog.ts';

export interface TabSubscription {
  /**
   * Returns the message that subscribes after the current cursor, under a number that the client
   * assigns.
   */
  readonly subscribe: (follow: number) => SubscribeMessage;
  /** `chars` is the approximate size of the message. */
  readonly onMessage: (id: string, message: unknown, chars: number) => void;
  readonly onState: (state: OpenState) => void;
  readonly onEnd: (error: RuntapeClientError | null) => void;
  /** Called when there is no host, so no messages will arrive. */
  readonly onNoHost: () => void;
}

export interface HostClientOptions {
  readonly url: string;
  readonly settings: ConnectionSettings;
  readonly scope: TabScope;
  readonly triggers: ReconnectTriggers;
  /** The time limit for a response of the host, in ms. */
  readonly answerMs: number;
  /** The ports to try, best first; the client moves to the next one when one is dead. */
  readonly ports: readonly OpenPort[];
}

/**
 * A subscription has a new number with each host, so that messages of an earlier host are ignored.
 */
interface NumberedSubscription {
  readonly subscription: TabSubscription;
  number: number;
}

export interface TabSubscriptionHandle {
  /** Acknowledges `count` more messages. */
  acknowledge(count: number): void;
  /** Subscribes again after the cursor, because messages are missing. */
  resubscribe(): void;
}

/** A connection to a host. It begins before its port is open, and ends when the port is closed. */
interface Connection {
  /** Aborts when the connection is closed. */
  readonly closed: AbortController;
  /**
   * The lock that the tab holds during the connection: if the host acquires it, the tab is gone.
   */
  lock: string | null;
  port: HostPort | null;
}

/**
 * A tab's side of the shared connection, in front of any kind of host. It is open from the first
 * subscription until it is closed.
 */
export class HostClient {
  readonly #options: HostClientOptions;
  readonly #subscriptions = new Map<number, NumberedSubscription>();
  readonly #watchdog: HostWatchdog;
  #lastNumber = 0;
  #portIndex = 0;
  #open: AbortController | null = null;
  /** Only one at a time: the host would mistake a second one for the first. */
  #connection: Connection | null = null;
  #connections = 0;
  /** Whether the user has left the page; the browser may restore it. */
  #isHidden = false;

  constructor(options: HostClientOptions) {
    this.#options = options;
    const { answerMs, scope } = options;
    this.#watchdog = new HostWatchdog({
      answerMs,
      now: scope.now,
      ping: () => this.#hello(),
      onSilence: () => this.#connection?.port?.onSilence(),
    });
  }

  /** Subscribes until the signal aborts. */
  subscribe(subscription: TabSubscription, signal: AbortSignal): TabSubscriptionHandle {
    const numbered: NumberedSubscription = { subscription, number: 0 };
    this.#subscribe(numbered);
    this.#start();
    onAbort(signal, () => this.#unsubscribe(numbered));
    return {
      acknowledge: (count) => this.#post({ kind: 'taken', follow: numbered.number, count }),
      resubscribe: () => {
        if (!this.#subscriptions.delete(numbered.number)) return;
        this.#post({ kind: 'unfollow', follow: numbered.number });
        this.#subscribe(numbered);
      },
    };
  }

  /** Makes the host reopen its stream immediately, and checks that the host still responds. */
  reconnect(): void {
    if (this.#open === null) return;
    this.#wake('online');
  }

  /**
   * Ends all subscriptions. Until then a leading tab serves the other tabs, even if it has no
   * subscriptions itself.
   */
  close(): void {
    this.#open?.abort();
    this.#open = null;
    this.#disconnect();
  }

  #post(message: ToHost): void {
    this.#connection?.port?.post(message);
  }

  #subscribe(numbered: NumberedSubscription): void {
    this.#lastNumber += 1;
    numbered.number = this.#lastNumber;
    this.#subscriptions.set(numbered.number, numbered);
    // Without a port this sends nothing; `#introduce` repeats it once a port is open.
    this.#post(numbered.subscription.subscribe(numbered.number));
    if (this.#connection?.port) this.#watchdog.start();
  }

  #unsubscribe({ number }: NumberedSubscription): void {
    if (!this.#subscriptions.delete(number)) return;
    this.#post({ kind: 'unfollow', follow: number });
    if (this.#subscriptions.size === 0) this.#watchdog.stop();
  }

  #start(): void {
    if (this.#open === null) {
      this.#open = new AbortController();
      const { signal } = this.#open;
      onAbort(
        signal,
        this.#options.triggers((reason) => {
          this.#isHidden = false;
          this.#wake(reason);
        }),
      );
      onAbort(
        signal,
        pageShows(
          () => {
            this.#isHidden = false;
            this.#connect();
          },
          () => {
            this.#isHidden = true;
            this.#disconnect();
          },
        ),
      );
    }
    this.#connect();
  }

  #wake(reason: ReconnectReason): void {
    this.#post({ kind: 'wake', reason });
    // The leading tab may have been frozen in the meantime.
    if (this.#connection?.port) this.#watchdog.check();
    this.#connect();
  }

  /** Opens a port, unless one is open or being opened, or there are no subscriptions. */
  #connect(): void {
    const isWanted = this.#open !== null && this.#subscriptions.size > 0 && !this.#isHidden;
    if (!isWanted || this.#connection !== null) return;
    const connection: Connection = { closed: new AbortController(), lock: null, port: null };
    this.#connection = connection;
    void this.#openPort(connection);
  }

  /** Closes the port; the subscriptions stay. */
  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#watchdog.stop();
    connection?.port?.close();
    connection?.closed.abort();
  }

  async #openPort(connection: Connection): Promise<void> {
    const { scope, ports, answerMs } = this.#options;
    const { signal } = connection.closed;
    this.#connections += 1;
    const lock = `runtape tab ${scope.tab} ${this.#connections}`;
    if (await holdLock(scope.locks, lock, { signal, withinMs: answerMs })) connection.lock = lock;
    for (; !signal.aborted; this.#portIndex += 1) {
      const openPort = ports[this.#portIndex];
      if (openPort === undefined) {
        this.#giveUp();
        return;
      }
      try {
        connection.port = await this.#tryPort(openPort, connection);
        this.#introduce();
        return;
      } catch {
        // The next port may work. Without any port, each `follow` has a separate stream.
        if (signal.aborted) return;
      }
    }
  }

  /**
   * @throws the error of `openPort`; an AbortError when the connection is closed; an Error when
   *   opening takes too long.
   */
  async #tryPort(openPort: OpenPort, connection: Connection): Promise<HostPort> {
    let isDead = false;
    const isOpen = (): boolean => connection.port !== null && this.#connection === connection;
    const opening = openPort({
      onHost: () => isOpen() && this.#introduce(),
      onMessage: (data) => isOpen() && this.#receive(data),
      onDead: () => {
        isDead = true;
        if (isOpen()) this.#tryNextPort();
      },
    });
    const { connectTimeoutMs } = this.#options.settings;
    let port: HostPort | null = null;
    try {
      const open = untilAborted(opening, connection.closed.signal);
      port = await withTimeout(open, connectTimeoutMs, () => {
        throw new Error(`It took longer than ${connectTimeoutMs} ms.`);
      });
    } finally {
      // The port may still open later.
      if (port === null) void opening.then((late) => late.close()).catch(() => {});
    }
    if (!isDead && !connection.closed.signal.aborted) return port;
    port.close();
    throw new Error('It was closed before it was open.');
  }

  #tryNextPort(): void {
    this.#disconnect();
    this.#portIndex += 1;
    this.#connect();
  }

  /** Reports that no port works. The next subscription or trigger tries all ports again. */
  #giveUp(): void {
    this.#portIndex = 0;
    this.#disconnect();
    for (const { subscription } of this.#subscriptions.values()) subscription.onNoHost();
  }

  /** Sends `hello` to a host that does not know this tab yet, and subscribes again. */
  #introduce(): void {
    this.#watchdog.check();
    const subscriptions = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const numbered of subscriptions) {
      // When two introductions cross, the host already has this subscription. It would keep it,
      // though no tab acknowledges its messages any more.
      this.#post({ kind: 'unfollow', follow: numbered.number });
      this.#subscribe(numbered);
    }
  }

  #hello(): void {
    const { url, settings } = this.#options;
    this.#post({ kind: 'hello', lock: this.#connection?.lock ?? null, url, settings });
  }

  #receive(data: unknown): void {
    const message = parseFromHost(data);
    if (message === null) return;
    this.#watchdog.heard();
    if (message.kind === 'welcome') return;
    const numbered = this.#subscriptions.get(message.follow);
    if (numbered !== undefined) deliver(numbered.subscription, message);
  }
}

function deliver(
  subscription: TabSubscription,
  message: Exclude<FromHost, { kind: 'welcome' }>,
): void {
  switch (message.kind) {
    case 'message':
      subscription.onMessage(message.id, message.message, message.chars);
      break;
    case 'state':
      subscription.onState(message.state);
      break;
    case 'ended':
      subscription.onEnd(null);
      break;
    case 'failed': {
      const { kind, code, message: text } = message.error;
      subscription.onEnd(new RuntapeClientError(kind, code, text));
    }
  }
}

/**
 * Calls back when the page is shown and hidden. A page in the back/forward cache is frozen, and
 * must not hold locks that other tabs need.
 */
function pageShows(onShow: () => void, onHide: () => void): () => void {
  if (typeof globalThis.addEventListener !== 'function') return () => {};
  globalThis.addEventListener('pageshow', onShow);
  globalThis.addEventListener('pagehide', onHide);
  return () => {
    globalThis.removeEventListener('pageshow', onShow);
    globalThis.removeEventListener('pagehide', onHide);
  };
}
