import type { SharedStreams } from '@runtape/client';
import type { OpenPort, TabScope } from './ports/port.ts';
import { openWorkerPort, type SharedWorkerLike } from './ports/worker-port.ts';
import { ANSWER_MS, PROTOCOL } from './protocol/messages.ts';
import { HostClient } from './tab/host-client.ts';
import { createStreamSource } from './tab/stream-source.ts';

export interface SharedStreamsOptions {
  /**
   * Starts the worker whose script calls `serveSharedStreams` of
   * `@runtape/client-tabs/shared-worker`. The application passes this function so that its bundler
   * finds the script. Without it, or where shared workers are not supported, one of the tabs leads.
   */
  readonly worker?: (() => SharedWorkerLike) | undefined;
  /** Default: the browser's locks. With `null`, each tab has a separate stream. */
  readonly locks?: LockManager | null | undefined;
  /** Default: the browser's BroadcastChannel. */
  readonly BroadcastChannel?: typeof globalThis.BroadcastChannel | undefined;
  /**
   * The time limit for a response of the stream's host, in ms; after that this tab continues
   * without it. Default: 5,000.
   */
  readonly answerMs?: number | undefined;
}

/**
 * Lets all tabs of a browser share one event stream to a server, however many workflows they
 * follow. The stream is in a SharedWorker if possible, else in one of the tabs (another tab takes
 * over when that one closes), else in each tab separately.
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
      // Loaded only where needed: this is most of the package, and otherwise part of the worker's
      // script.
      const leader: OpenPort = async (events) => {
        const { openLeaderPort } = await import('./ports/leader-port.ts');
        return await openLeaderPort(`runtape ${PROTOCOL} ${url}`, scope, events, answerMs);
      };
      const alone: OpenPort = async (events) => {
        const { openLocalHost } = await import('./ports/leader-port.ts');
        return openLocalHost(scope, events);
      };
      const ports = [leader, alone];
      if (worker !== undefined) {
        ports.unshift(async (events) => openWorkerPort(worker, scope, events));
      }
      const settings = { retry, connectTimeoutMs };
      const client = new HostClient({
        url,
        settings,
        scope,
        triggers,
        answerMs,
        ports,
      });
      return createStreamSource(client, connection);
    },
  };
}
