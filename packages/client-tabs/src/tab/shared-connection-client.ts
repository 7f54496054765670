import { onAbort, untilAborted, withTimeout } from '@runtape/async';
import { type ReconnectReason, type ReconnectTriggers, RuntapeClientError } from '@runtape/client';
import { toErrorCode } from '@runtape/client/internals';
import { holdLock } from '../protocol/locks.ts';
import type { HostPort, OpenPort, TabScope } from '../ports/port.ts';
import {
  type ConnectionSettings,
  type FromHost,
  fromHostSchema,
  type OpenState,
  type SubscribeMessage,
  type ToHost,
} from '../protocol/messages.ts';
import { HostWatchdog } from './host-watchdog.ts';

export interface TabSubscription {
  /**
   * The message that subscribes now, after the current cursor, under a number that the client
   * gives.
   */
  readonly subscribe: (follow: number) => SubscribeMessage;
  /** `chars` is the approximate size of the message. */
  readonly onMessage: (id: string, message: unknown, chars: number) => void;
  readonly onState: (state: OpenState) => void;
  readonly onEnd: (error: RuntapeClientError | null) => void;
  /** There is no host: nothing will come. */
  readonly onNoHost: () => void;
}

export interface SharedConnectionClientOptions {
  readonly url: string;
  readonly settings: ConnectionSettings;
  readonly scope: TabScope;
  readonly triggers: ReconnectTriggers;
  /** How long the host may take to answer, in ms. */
  readonly answerMs: number;
  /** The ports to try, best first: the next one when one is dead. */
  readonly ports: readonly OpenPort[];
}

/**
 * The number under which the host knows a subscription changes with the host, so that nothing old
 * is accepted.
 */
interface NumberedSubscription {
  readonly subscription: TabSubscription;
  number: number;
}

export interface TabSubscriptionHandle {
  /** So many more messages were taken. */
  acknowledge(count: number): void;
  /** Something is missing: subscribes again after the cursor. */
  resubscribe(): void;
}

/** Begins before a port is open, and lasts until it is closed. */
interface Connection {
  /** Aborts when it is closed. */
  readonly over: AbortController;
  /** The lock that the tab holds meanwhile: whoever gets it knows that the tab is gone. */
  lock: string | null;
  port: HostPort | null;
}

/**
 * A tab's side of the shared connection, whichever host it has. Open from the first subscription
 * until it is closed.
 */
export class SharedConnectionClient {
  readonly #options: SharedConnectionClientOptions;
  readonly #subscriptions = new Map<number, NumberedSubscription>();
  readonly #watchdog: HostWatchdog;
  #lastNumber = 0;
  #portIndex = 0;
  #open: AbortController | null = null;
  /** One at a time: the host would mistake a second one for the first. */
  #connection: Connection | null = null;
  #connections = 0;
  /** The page was left, and may be restored. */
  #isHidden = false;

  constructor(options: SharedConnectionClientOptions) {
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

  /** Has the host open its stream anew at once, and checks that there still is a host. */
  reconnect(): void {
    if (this.#open === null) return;
    this.#wake('online');
  }

  /**
   * Ends everything. Until then a tab that leads does so for the others, even without subscriptions
   * of its own.
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
    // Without a port this sends nothing: it is repeated once there is one.
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
    // The tab that leads may have been frozen meanwhile.
    if (this.#connection?.port) this.#watchdog.check();
    this.#connect();
  }

  /** Opens a port, unless one is open or being opened, or there are no subscriptions. */
  #connect(): void {
    const isWanted = this.#open !== null && this.#subscriptions.size > 0 && !this.#isHidden;
    if (!isWanted || this.#connection !== null) return;
    const connection: Connection = { over: new AbortController(), lock: null, port: null };
    this.#connection = connection;
    void this.#openPort(connection);
  }

  /** Closes the port; the subscriptions stay. */
  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#watchdog.stop();
    connection?.port?.close();
    connection?.over.abort();
  }

  async #openPort(connection: Connection): Promise<void> {
    const { scope, ports, answerMs } = this.#options;
    const { signal } = connection.over;
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
        // The next port may work; without any, each `follow` has a stream of its own.
        if (signal.aborted) return;
      }
    }
  }

  /**
   * @throws what opening does; an AbortError when the connection is closed; an Error when it takes
   *   too long.
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
      const open = untilAborted(opening, connection.over.signal);
      port = await withTimeout(open, connectTimeoutMs, () => {
        throw new Error(`It took longer than ${connectTimeoutMs} ms.`);
      });
    } finally {
      // It may still open, too late.
      if (port === null) void opening.then((late) => late.close()).catch(() => {});
    }
    if (!isDead && !connection.over.signal.aborted) return port;
    port.close();
    throw new Error('It was over before it was open.');
  }

  #tryNextPort(): void {
    this.#disconnect();
    this.#portIndex += 1;
    this.#connect();
  }

  /** Nothing is left to try, until the next subscription or trigger. */
  #giveUp(): void {
    this.#portIndex = 0;
    this.#disconnect();
    for (const { subscription } of this.#subscriptions.values()) subscription.onNoHost();
  }

  /** Says hello to a host that knows nothing of this tab, and subscribes again. */
  #introduce(): void {
    this.#watchdog.check();
    const subscriptions = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const numbered of subscriptions) {
      // When two introductions cross, the host has this one already, and would keep it with nobody
      // to acknowledge.
      this.#post({ kind: 'unfollow', follow: numbered.number });
      this.#subscribe(numbered);
    }
  }

  #hello(): void {
    const { url, settings } = this.#options;
    this.#post({ kind: 'hello', lock: this.#connection?.lock ?? null, url, settings });
  }

  #receive(data: unknown): void {
    const parsed = fromHostSchema.safeParse(data);
    if (!parsed.success) return;
    this.#watchdog.heard();
    const message = parsed.data;
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
      subscription.onEnd(new RuntapeClientError(kind, toErrorCode(code), text));
    }
  }
}

/** A page that is kept for "back" is frozen meanwhile, and must not hold what other tabs need. */
function pageShows(onShow: () => void, onHide: () => void): () => void {
  if (typeof globalThis.addEventListener !== 'function') return () => {};
  globalThis.addEventListener('pageshow', onShow);
  globalThis.addEventListener('pagehide', onHide);
  return () => {
    globalThis.removeEventListener('pageshow', onShow);
    globalThis.removeEventListener('pagehide', onHide);
  };
}
