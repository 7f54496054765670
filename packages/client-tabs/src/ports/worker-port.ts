import { awaitLock } from '../protocol/locks.ts';
import type { HostPort, PortEvents, TabScope } from './port.ts';

/** The members of a SharedWorker that are used here. */
export interface SharedWorkerLike extends EventTarget {
  readonly port: MessagePort;
}

/**
 * Opens a port to a host in a shared worker, and starts another worker if it dies.
 * @throws the error of `start`, where shared workers are not supported.
 */
export function openWorkerPort(
  start: () => SharedWorkerLike,
  { locks }: TabScope,
  { onHost, onMessage, onDead }: PortEvents,
): HostPort {
  const closed = new AbortController();
  let watched: string | null = null;
  let worker = connect();

  function connect(): SharedWorkerLike {
    const started = start();
    const { signal } = closed;
    // The script did not load, or is not allowed.
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

  /** Watches the lock that the worker holds for its lifetime. */
  function watch(data: unknown): void {
    const lock: unknown =
      typeof data === 'object' && data !== null ? Reflect.get(data, 'lock') : null;
    if (typeof lock !== 'string' || lock === watched) return;
    watched = lock;
    awaitLock(locks, lock, closed.signal, () => {
      worker.port.close();
      try {
        worker = connect();
      } catch {
        // Only the first start worked: the user may have blocked cookies since.
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
      closed.abort();
      worker.port.close();
    },
  };
}
