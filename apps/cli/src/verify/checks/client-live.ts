import { createRuntapeClient } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { firstMessage } from '../wait.ts';

/** Checks the client as users install it, on a connection that breaks once. */
export const clientLive: Check = {
  name: 'client',
  title: 'our client: live, and resumed after its connection was cut',
  isLive: true,
  run: async (probe) => {
    const { url, fetch, started, ended, signal, markSeen } = probe;
    const { workflowId } = await started;
    const cut = new AbortController();
    const streams = { opened: 0 };
    const client = createRuntapeClient({ url, fetch: breakable(fetch, cut.signal, streams) });
    const received: StreamEntry[] = [];
    const first = Promise.withResolvers<void>();
    const following = (async () => {
      for await (const entry of client.follow(workflowId, { signal })) {
        received.push(entry);
        first.resolve();
      }
      first.resolve();
    })();
    try {
      await firstMessage(probe, Promise.race([first.promise, following]));
      // The workflow has not ended, so the client has to reconnect.
      cut.abort(new TypeError('The connection was cut to see what happens.'));
      markSeen();
      await following;
    } finally {
      await client.close();
      await following.catch(() => undefined);
    }
    compareEntries((await ended).entries, received);
    if (streams.opened > 1) return `${received.length} messages over ${streams.opened} streams`;
    throw new CheckFailure({
      expected: 'a client that opens another stream after the first was cut',
      came: 'one stream',
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
