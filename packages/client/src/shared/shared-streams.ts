import type { WakeUps } from '../reconnect/retry-timer.ts';
import { ANSWER_MS, type TabScope, type WayToHub } from './port.ts';
import { type HubSettings, PROTOCOL } from './protocol.ts';
import { SharedLink } from './shared-link.ts';
import { openWorkerPort, type SharedWorkerLike } from './worker-port.ts';

export interface SharedStreamsOptions {
  /**
   * Starts the worker whose script calls `serveSharedStreams` of `@runtape/client/shared-worker`; a function of the
   * application, so that its bundler sees it. Without one, and where there are no shared workers, one of the tabs leads.
   */
  readonly worker?: (() => SharedWorkerLike) | undefined;
  /** Default: those of the browser; `null` for none, and then each tab has a stream of its own. */
  readonly locks?: LockManager | null | undefined;
  /** Default: that of the browser. */
  readonly BroadcastChannel?: typeof globalThis.BroadcastChannel | undefined;
  /** How long whoever holds the stream may take to answer, in ms, before this tab does without. Default: 5,000. */
  readonly answerMs?: number | undefined;
}

/** Streams that all tabs of a browser share. */
export interface SharedStreams {
  /** For the client: the link of this tab to the stream that is shared. */
  link(options: SharedStreamsLinkOptions): SharedLink;
}

interface SharedStreamsLinkOptions {
  readonly url: string;
  readonly settings: HubSettings;
  readonly fetch: typeof globalThis.fetch;
  readonly wakeUps: WakeUps;
  readonly random: () => number;
  readonly now: () => number;
}

/**
 * Lets all tabs of a browser share one event stream to a server, however many workflows they follow: in a SharedWorker, else
 * in one of the tabs, which another takes over from when it goes, else each tab for itself.
 */
export function createSharedStreams(options: SharedStreamsOptions = {}): SharedStreams {
  const { worker, answerMs = ANSWER_MS } = options;
  const { BroadcastChannel = globalThis.BroadcastChannel } = options;
  const locks = options.locks === null ? undefined : (options.locks ?? globalThis.navigator?.locks);
  return {
    link: ({ url, settings, fetch, wakeUps, random, now }) => {
      const tab = `${now()} ${random()}`;
      const scope: TabScope = { tab, locks, BroadcastChannel, fetch, random, now };
      // Loaded only where it is needed: it is most of all this, and has its place in the worker otherwise.
      const leader: WayToHub = async (events) => {
        const { openLeaderPort } = await import('./leader-port.ts');
        return await openLeaderPort(`runtape ${PROTOCOL} ${url}`, scope, events, answerMs);
      };
      const alone: WayToHub = async (events) => {
        const { openOwnHub } = await import('./leader-port.ts');
        return openOwnHub(scope, events);
      };
      const ways = [leader, alone];
      if (worker !== undefined) {
        ways.unshift(async (events) => openWorkerPort(worker, scope, events));
      }
      return new SharedLink({ url, settings, scope, wakeUps, ways, answerMs });
    },
  };
}
