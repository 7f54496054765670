import { createRuntapeClient, type RuntapeClientOptions } from '@runtape/client';
import { createSharedStreams } from '../src/index.ts';
import { serveSharedStreams } from '../src/shared-worker.ts';

/** Where the host of the shared stream runs. */
export type Sharing = 'a worker' | 'a leading tab' | 'each tab for itself';

/**
 * Runs a shared worker in this process; its ports and locks are real.
 * @returns a function that does what `new SharedWorker(…)` does
 */
export function startWorker(locks: LockManager | null = navigator.locks) {
  const scope = Object.assign(new EventTarget(), {
    crypto,
    navigator: locks === null ? {} : { locks },
    fetch: globalThis.fetch,
  });
  serveSharedStreams(scope);
  return () => {
    const { port1, port2 } = new MessageChannel();
    scope.dispatchEvent(new MessageEvent('connect', { ports: [port2] }));
    return Object.assign(new EventTarget(), { port: port1 });
  };
}

/** Creates clients that share streams as the tabs of one browser do. */
export function browserOf(sharing: Sharing, options: RuntapeClientOptions) {
  const worker = sharing === 'a worker' ? startWorker() : undefined;
  const clients: ReturnType<typeof createRuntapeClient>[] = [];
  return {
    open: () => {
      const client = createRuntapeClient({
        ...options,
        sharing: createSharedStreams({
          worker,
          ...(sharing === 'each tab for itself' && { locks: null }),
        }),
      });
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
