import { createRuntapeClient } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { readLive } from '../read-live.ts';

/** Checks the client as users install it, on a connection that breaks once. */
export const clientLive: Check = {
  name: 'client',
  title: 'Runtape’s client: live, and resumed after a cut',
  isLive: true,
  run: async (probe) => {
    const { url, fetch, started, ended, signal } = probe;
    const { workflowId } = await started;
    const cut = new AbortController();
    const streams = { opened: 0 };
    const client = createRuntapeClient({ url, fetch: breakable(fetch, cut.signal, streams) });
    const received: StreamEntry[] = [];
    try {
      await readLive(probe, async (onMessage) => {
        for await (const entry of client.follow(workflowId, { signal })) {
          received.push(entry);
          onMessage();
          // The workflow has not ended, so the client has to reconnect.
          cut.abort(new TypeError('The check cut the connection.'));
        }
      });
    } finally {
      await client.close();
    }
    compareEntries((await ended).entries, received);
    if (streams.opened > 1) return `${received.length} messages over ${streams.opened} streams`;
    throw new CheckFailure({
      expected: 'a client that opens another stream after the first was cut',
      actual: 'one stream',
      advice: 'Streams after the first are refused. Check the limits of the server and the proxy.',
    });
  },
};

/** Returns a `fetch` whose first stream breaks when the signal aborts. */
function breakable(
  fetch: typeof globalThis.fetch,
  cut: AbortSignal,
  streams: { opened: number },
): typeof globalThis.fetch {
  return async (input, init) => {
    const accepts = new Headers(init?.headers).get('accept') ?? '';
    if (!accepts.includes('text/event-stream')) return await fetch(input, init);
    streams.opened += 1;
    if (streams.opened > 1) return await fetch(input, init);
    const signals = init?.signal ? [init.signal, cut] : [cut];
    return await fetch(input, { ...init, signal: AbortSignal.any(signals) });
  };
}
