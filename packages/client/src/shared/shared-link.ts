import type { WakeUps } from '../alarm.ts';
import { RuntapeClientError, toErrorCode } from '../errors.ts';
import { onAbort } from '../wait.ts';
import { holdLock, tabLock } from './locks.ts';
import type { HubPort, PortEvents, TabScope } from './port.ts';
import {
  type FollowAsked,
  type FromHub,
  fromHubSchema,
  type HubSettings,
  type StandingState,
} from './protocol.ts';

export interface SharedFollow {
  /** What to ask for, now: it says after which to go on. The link gives it its number. */
  readonly asks: (follow: number) => FollowAsked;
  readonly onMessage: (id: string, message: unknown) => void;
  readonly onState: (state: StandingState) => void;
  readonly onEnd: (error: RuntapeClientError | null) => void;
}

export interface SharedLinkOptions {
  readonly url: string;
  readonly settings: HubSettings;
  readonly scope: TabScope;
  readonly wakeUps: WakeUps;
  /** How long to wait for the answer to a greeting, in ms. */
  readonly answerMs: number;
  /** The ways to a hub, best first. The next one is tried when one is dead. */
  readonly ways: readonly ((events: PortEvents) => Promise<HubPort>)[];
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

/** What a tab follows by way of a hub, whichever hub that is at the moment. Open from the first follow on, until it is closed. */
export class SharedLink {
  readonly #options: SharedLinkOptions;
  readonly #places = new Map<number, Place>();
  #lastNumber = 0;
  #way = 0;
  #port: HubPort | null = null;
  #open: AbortController | null = null;
  #silence: ReturnType<typeof setTimeout> | null = null;

  constructor(options: SharedLinkOptions) {
    this.#options = options;
  }

  /** Follows until the signal aborts. */
  follow(follow: SharedFollow, signal: AbortSignal): PlaceHandle {
    const place: Place = { follow, number: 0 };
    this.#ask(place);
    this.#start();
    onAbort(signal, () => this.#leave(place));
    return {
      taken: (count) => this.#port?.post({ kind: 'taken', follow: place.number, count }),
      again: () => {
        if (!this.#places.delete(place.number)) return;
        this.#port?.post({ kind: 'unfollow', follow: place.number });
        this.#ask(place);
      },
    };
  }

  #ask(place: Place): void {
    this.#lastNumber += 1;
    place.number = this.#lastNumber;
    this.#places.set(place.number, place);
    this.#port?.post(place.follow.asks(place.number));
  }

  #leave(place: Place): void {
    if (!this.#places.delete(place.number)) return;
    this.#port?.post({ kind: 'unfollow', follow: place.number });
  }

  #start(): void {
    if (this.#open !== null) return;
    const open = new AbortController();
    this.#open = open;
    const { wakeUps, scope } = this.#options;
    const stopWaking = wakeUps((reason) => {
      this.#port?.post({ kind: 'wake', reason });
      // The one that leads may have been put to sleep meanwhile.
      this.#greet();
    });
    onAbort(open.signal, stopWaking);
    onAbort(
      open.signal,
      pageShows(
        () => this.#renew(),
        () => this.#pause(),
      ),
    );
    void holdLock(scope.locks, tabLock(scope.tab), open.signal).then(() =>
      this.#connect(open.signal),
    );
  }

  /** Ends everything. Until then a tab that leads does so for the others, also while it follows nothing itself. */
  close(): void {
    this.#open?.abort();
    this.#open = null;
    this.#pause();
  }

  /** Leaves the hub; what is followed is remembered. */
  #pause(): void {
    this.#heard();
    this.#port?.close();
    this.#port = null;
  }

  #renew(): void {
    if (this.#open !== null) void this.#connect(this.#open.signal);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const way = this.#options.ways[this.#way];
    if (signal.aborted || way === undefined || this.#port !== null) return;
    let port: HubPort | null = null;
    const isCurrent = (): boolean => port !== null && this.#port === port;
    try {
      port = await way({
        onHub: () => isCurrent() && this.#introduce(),
        onMessage: (data) => isCurrent() && this.#take(data),
        onDead: () => isCurrent() && this.#tryNextWay(null),
      });
    } catch (error) {
      if (!signal.aborted) this.#tryNextWay(error);
      return;
    }
    if (signal.aborted || this.#port !== null) {
      port.close();
      return;
    }
    this.#port = port;
    this.#introduce();
  }

  #tryNextWay(cause: unknown): void {
    this.#pause();
    this.#way += 1;
    if (this.#way < this.#options.ways.length) {
      this.#renew();
      return;
    }
    this.#way = 0;
    const message = 'What all tabs share could not be loaded. Reload the page.';
    const error = new RuntapeClientError('protocol', 'unexpected', message, { cause });
    for (const { follow } of this.#places.values()) follow.onEnd(error);
  }

  /** To a hub that knows nothing of this tab. */
  #introduce(): void {
    this.#greet();
    const places = [...this.#places.values()];
    this.#places.clear();
    for (const place of places) {
      // When two greetings cross, it has heard of this already, and would keep what nobody takes.
      this.#port?.post({ kind: 'unfollow', follow: place.number });
      this.#ask(place);
    }
  }

  #greet(): void {
    const { url, settings, scope, answerMs } = this.#options;
    this.#port?.post({ kind: 'hello', tab: scope.tab, url, settings });
    this.#silence ??= setTimeout(() => {
      this.#silence = null;
      this.#port?.onSilence();
    }, answerMs);
  }

  #heard(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
  }

  #take(data: unknown): void {
    const parsed = fromHubSchema.safeParse(data);
    if (!parsed.success) return;
    this.#heard();
    const said = parsed.data;
    if (said.kind === 'welcome') return;
    const follow = this.#places.get(said.follow)?.follow;
    if (follow !== undefined) tell(follow, said);
  }
}

function tell(follow: SharedFollow, said: Exclude<FromHub, { kind: 'welcome' }>): void {
  switch (said.kind) {
    case 'message':
      follow.onMessage(said.id, said.message);
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
