import { awaitLock } from '../protocol/locks.ts';
import type { HostPort, PortEvents, TabScope } from './port.ts';

/** The part of a SharedWorker that is used. */
export interface SharedWorkerLike extends EventTarget {
  readonly port: MessagePort;
}

/**
 * A port to a host in a shared worker. When the worker dies, another one is started.
 * @throws what `start` does, when there are no shared workers.
 */
export function openWorkerPort(
  start: () => SharedWorkerLike,
  { locks }: TabScope,
  { onHost, onMessage, onDead }: PortEvents,
): HostPort {
  const over = new AbortController();
  let watched: string | null = null;
  let worker = connect();

  function connect(): SharedWorkerLike {
    const started = start();
    const { signal } = over;
    // The script could not be loaded, or is not allowed.
    started.addEventListener('error', () => onDead(), { signal });
    started.port.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => {
        watch(data);
        onMessage(data);
      },
      { signal },
    );
    started.port.start();
    return started;
  }

  /** The worker holds a lock as long as it lives. */
  function watch(data: unknown): void {
    const lock: unknown =
      typeof data === 'object' && data !== null ? Reflect.get(data, 'lock') : null;
    if (typeof lock !== 'string' || lock === watched) return;
    watched = lock;
    awaitLock(locks, lock, over.signal, () => {
      worker.port.close();
      try {
        worker = connect();
      } catch {
        // The first start worked and this one does not: cookies may have been blocked meanwhile.
        onDead();
        return;
      }
      onHost();
    });
  }

  return {
    post: (message) => worker.port.postMessage(message),
    onSilence: onDead,
    close: () => {
      worker.port.postMessage({ kind: 'bye' });
      over.abort();
      worker.port.close();
    },
  };
}
