import { Host } from './host/host.ts';

/** The members of a SharedWorker's global scope that are used here. */
export interface SharedWorkerScope extends EventTarget {
  readonly crypto: Pick<Crypto, 'getRandomValues'>;
  readonly navigator: { readonly locks?: LockManager };
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Makes a SharedWorker the host of the browser's shared stream. Call it at the top of the worker's
 * script.
 * @param scope the worker's `self`.
 */
export function serveSharedStreams(scope: SharedWorkerScope): void {
  const [seed = 0] = scope.crypto.getRandomValues(new Uint32Array(1));
  const host = new Host({
    id: `${Date.now()} ${seed}`,
    locks: scope.navigator.locks,
    fetch: (input, init) => scope.fetch(input, init),
    random: Math.random,
    now: Date.now,
  });
  scope.addEventListener('connect', (event) => {
    if (!(event instanceof MessageEvent)) return;
    const [port] = event.ports;
    if (port === undefined) return;
    const tab = host.open(
      (message) => port.postMessage(message),
      () => port.close(),
    );
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => tab.receive(data));
    port.start();
  });
}
