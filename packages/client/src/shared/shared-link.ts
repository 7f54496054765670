import { onAbort, untilAborted, withTimeout } from '@runtape/async';
import type { WakeReason, WakeUps } from '../reconnect/retry-timer.ts';
import { RuntapeClientError, toErrorCode } from '../errors.ts';
import { holdLock } from './locks.ts';
import type { HubPort, TabScope, WayToHub } from './port.ts';
import {
  type FollowAsked,
  type FromHub,
  fromHubSchema,
  type HubSettings,
  type StandingState,
} from './protocol.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface SharedFollow {
  /** What to ask for, now: it says after which to go on. The link gives it its number. */
  readonly asks: (follow: number) => FollowAsked;
  /** `chars` is the size of the message, nearly. */
  readonly onMessage: (id: string, message: unknown, chars: number) => void;
  readonly onState: (state: StandingState) => void;
  readonly onEnd: (error: RuntapeClientError | null) => void;
  /** No way leads to a hub: nothing comes of this follow. */
  readonly onNoHub: () => void;
}

export interface SharedLinkOptions {
  readonly url: string;
  readonly settings: HubSettings;
  readonly scope: TabScope;
  readonly wakeUps: WakeUps;
  /** How long to wait for the answer to a greeting, in ms. */
  readonly answerMs: number;
  /** The ways to a hub, best first. The next one is tried when one is dead. */
  readonly ways: readonly WayToHub[];
}

/** A follow, and the number under which the hub knows it: another hub, another number, so that nothing old is taken. */
interface Place {
  readonly follow: SharedFollow;
  number: number;
}

/** What its owner may say of a follow. */
export interface PlaceHandle {
  /** So many more messages were taken. */
  taken(count: number): void;
  /** Something is missing: follow anew from the cursor. */
  again(): void;
}

/** From when a way to a hub is looked for until it is left. */
interface Connection {
  /** Aborts when it is left. */
  readonly over: AbortController;
  /** The lock that the tab holds meanwhile: who gets it knows that the tab is gone. */
  lock: string | null;
  port: HubPort | null;
}

/** What a tab follows by way of a hub, whichever hub that is at the moment. Open from the first follow on, until it is closed. */
export class SharedLink {
  readonly #options: SharedLinkOptions;
  readonly #places = new Map<number, Place>();
  readonly #silence: SilenceWatch;
  #lastNumber = 0;
  #way = 0;
  #open: AbortController | null = null;
  /** One at a time: a second one would meet the first at the hub. */
  #connection: Connection | null = null;
  #connections = 0;
  /** The page was left, and may come back. */
  #isHidden = false;

  constructor(options: SharedLinkOptions) {
    this.#options = options;
    const { answerMs, scope } = options;
    this.#silence = new SilenceWatch({
      answerMs,
      now: scope.now,
      greet: () => this.#hello(),
      onSilence: () => this.#connection?.port?.onSilence(),
    });
  }

  /** Follows until the signal aborts. */
  follow(follow: SharedFollow, signal: AbortSignal): PlaceHandle {
    const place: Place = { follow, number: 0 };
    this.#ask(place);
    this.#start();
    onAbort(signal, () => this.#leave(place));
    return {
      taken: (count) => this.#post({ kind: 'taken', follow: place.number, count }),
      again: () => {
        if (!this.#places.delete(place.number)) return;
        this.#post({ kind: 'unfollow', follow: place.number });
        this.#ask(place);
      },
    };
  }

  /** Has the hub open its stream anew at once, and sees whether there still is a hub. */
  reconnect(): void {
    if (this.#open === null) return;
    this.#wake('online');
  }

  /** Ends everything. Until then a tab that leads does so for the others, also while it follows nothing itself. */
  close(): void {
    this.#open?.abort();
    this.#open = null;
    this.#disconnect();
  }

  #post(message: Parameters<HubPort['post']>[0]): void {
    this.#connection?.port?.post(message);
  }

  #ask(place: Place): void {
    this.#lastNumber += 1;
    place.number = this.#lastNumber;
    this.#places.set(place.number, place);
    // Without a port it is asked for once there is one.
    const asked = place.follow.asks(place.number);
    this.#post(asked);
    if (this.#connection?.port) this.#silence.start();
  }

  #leave(place: Place): void {
    if (!this.#places.delete(place.number)) return;
    this.#post({ kind: 'unfollow', follow: place.number });
    if (this.#places.size === 0) this.#silence.stop();
  }

  #start(): void {
    if (this.#open === null) {
      this.#open = new AbortController();
      const { signal } = this.#open;
      onAbort(
        signal,
        this.#options.wakeUps((reason) => {
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

  #wake(reason: WakeReason): void {
    this.#post({ kind: 'wake', reason });
    // The one that leads may have been put to sleep meanwhile.
    if (this.#connection?.port) this.#silence.check();
    this.#connect();
  }

  /** Looks for a way to a hub, unless there is one, one is being looked for, or nothing is followed. */
  #connect(): void {
    const isWanted = this.#open !== null && this.#places.size > 0 && !this.#isHidden;
    if (!isWanted || this.#connection !== null) return;
    const connection: Connection = { over: new AbortController(), lock: null, port: null };
    this.#connection = connection;
    void this.#openPort(connection);
  }

  /** Leaves the hub; what is followed is remembered. */
  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#silence.stop();
    connection?.port?.close();
    connection?.over.abort();
  }

  async #openPort(connection: Connection): Promise<void> {
    const { scope, ways, answerMs } = this.#options;
    const { signal } = connection.over;
    this.#connections += 1;
    const lock = `runtape tab ${scope.tab} ${this.#connections}`;
    if (await holdLock(scope.locks, lock, { signal, withinMs: answerMs })) connection.lock = lock;
    for (; !signal.aborted; this.#way += 1) {
      const way = ways[this.#way];
      if (way === undefined) {
        this.#giveUp();
        return;
      }
      try {
        connection.port = await this.#tryWay(way, connection);
        this.#introduce();
        return;
      } catch {
        // The next way may lead there, and without any each follow has a stream of its own.
        if (signal.aborted) return;
      }
    }
  }

  /** @throws what the way does; an AbortError when the connection is left; an Error when it takes too long. */
  async #tryWay(way: WayToHub, connection: Connection): Promise<HubPort> {
    let isDead = false;
    const isOpen = (): boolean => connection.port !== null && this.#connection === connection;
    const opening = way({
      onHub: () => isOpen() && this.#introduce(),
      onMessage: (data) => isOpen() && this.#take(data),
      onDead: () => {
        isDead = true;
        if (isOpen()) this.#tryNextWay();
      },
    });
    const { connectTimeoutMs } = this.#options.settings;
    let port: HubPort | null = null;
    try {
      const open = untilAborted(opening, connection.over.signal);
      port = await withTimeout(open, connectTimeoutMs, () => {
        throw new Error(`It took longer than ${connectTimeoutMs} ms.`);
      });
    } finally {
      // It may come all the same, too late.
      if (port === null) void opening.then((late) => late.close()).catch(() => {});
    }
    if (!isDead && !connection.over.signal.aborted) return port;
    port.close();
    throw new Error('It was over before it was open.');
  }

  #tryNextWay(): void {
    this.#disconnect();
    this.#way += 1;
    this.#connect();
  }

  /** Nothing is left to try, until somebody follows or looks again. */
  #giveUp(): void {
    this.#way = 0;
    this.#disconnect();
    for (const { follow } of this.#places.values()) follow.onNoHub();
  }

  /** To a hub that knows nothing of this tab. */
  #introduce(): void {
    this.#silence.check();
    const places = [...this.#places.values()];
    this.#places.clear();
    for (const place of places) {
      // When two greetings cross, it has heard of this already, and would keep what nobody takes.
      this.#post({ kind: 'unfollow', follow: place.number });
      this.#ask(place);
    }
  }

  #hello(): void {
    const { url, settings } = this.#options;
    this.#post({ kind: 'hello', lock: this.#connection?.lock ?? null, url, settings });
  }

  #take(data: unknown): void {
    const parsed = fromHubSchema.safeParse(data);
    if (!parsed.success) return;
    this.#silence.heard();
    const said = parsed.data;
    if (said.kind === 'welcome') return;
    const follow = this.#places.get(said.follow)?.follow;
    if (follow !== undefined) tell(follow, said);
  }
}

function tell(follow: SharedFollow, said: Exclude<FromHub, { kind: 'welcome' }>): void {
  switch (said.kind) {
    case 'message':
      follow.onMessage(said.id, said.message, said.chars);
      break;
    case 'state':
      follow.onState(said.state);
      break;
    case 'ended':
      follow.onEnd(null);
      break;
    case 'failed': {
      const { kind, code, message } = said.error;
      follow.onEnd(new RuntapeClientError(kind, toErrorCode(code), message));
    }
  }
}

/** A page that is kept for "back" sleeps meanwhile, and must not hold anything that others need. */
function pageShows(onShow: () => void, onHide: () => void): () => void {
  if (typeof globalThis.addEventListener !== 'function') return () => {};
  globalThis.addEventListener('pageshow', onShow);
  globalThis.addEventListener('pagehide', onHide);
  return () => {
    globalThis.removeEventListener('pageshow', onShow);
    globalThis.removeEventListener('pagehide', onHide);
  };
}
