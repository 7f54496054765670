import type { SharedStreams } from '@runtape/client';
import type { OpenPort, TabScope } from './ports/port.ts';
import { openWorkerPort, type SharedWorkerLike } from './ports/worker-port.ts';
import { ANSWER_MS, PROTOCOL } from './protocol/messages.ts';
import { SharedConnectionClient } from './tab/shared-connection-client.ts';
import { sharedSource } from './tab/shared-source.ts';

export interface SharedStreamsOptions {
  /**
   * Starts the worker whose script calls `serveSharedStreams` of
   * `@runtape/client-tabs/shared-worker`. It is a function of the application, so that its bundler
   * sees it. Without it, and where there are no shared workers, one of the tabs leads.
   */
  readonly worker?: (() => SharedWorkerLike) | undefined;
  /** Default: those of the browser; `null` for none, and then each tab has a stream of its own. */
  readonly locks?: LockManager | null | undefined;
  /** Default: that of the browser. */
  readonly BroadcastChannel?: typeof globalThis.BroadcastChannel | undefined;
  /**
   * How long the host of the stream may take to answer, in ms, before this tab does without it.
   * Default: 5,000.
   */
  readonly answerMs?: number | undefined;
}

/**
 * Lets all tabs of a browser share one event stream to a server, however many workflows they
 * follow: in a SharedWorker, else in one of the tabs, which another one takes over from when it
 * goes, else in each tab for itself.
 */
export function createSharedStreams(options: SharedStreamsOptions = {}): SharedStreams {
  const { worker, answerMs = ANSWER_MS } = options;
  const { BroadcastChannel = globalThis.BroadcastChannel } = options;
  const locks = options.locks === null ? undefined : (options.locks ?? globalThis.navigator?.locks);
  return {
    connect: (connection) => {
      const { url, retry, connectTimeoutMs, fetch, triggers, random, now } = connection;
      const scope: TabScope = {
        tab: `${now()} ${random()}`,
        locks,
        BroadcastChannel,
        fetch,
        random,
        now,
      };
      // Loaded only where it is needed: it is most of this package, and is otherwise part of the
      // worker.
      const leader: OpenPort = async (events) => {
        const { openLeaderPort } = await import('./ports/leader-port.ts');
        return await openLeaderPort(`runtape ${PROTOCOL} ${url}`, scope, events, answerMs);
      };
      const alone: OpenPort = async (events) => {
        const { openOwnHost } = await import('./ports/leader-port.ts');
        return openOwnHost(scope, events);
      };
      const ports = [leader, alone];
      if (worker !== undefined) {
        ports.unshift(async (events) => openWorkerPort(worker, scope, events));
      }
      const settings = { retry, connectTimeoutMs };
      const client = new SharedConnectionClient({
        url,
        settings,
        scope,
        triggers,
        answerMs,
        ports,
      });
      return sharedSource(client, connection);
    },
  };
}
