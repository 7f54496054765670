import { createRuntapeClient } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { firstWord } from '../wait.ts';

/** As everybody who installs the client gets it, with a connection that breaks. */
export const clientLive: Check = {
  name: 'client',
  title: 'our client: live, and on after its connection was cut',
  isLive: true,
  run: async (probe) => {
    const { url, fetch, started, ended, signal, heardOfIt } = probe;
    const { workflowId } = await started;
    const cut = new AbortController();
    const streams = { opened: 0 };
    const client = createRuntapeClient({ url, fetch: breakable(fetch, cut.signal, streams) });
    const told: StreamEntry[] = [];
    const heard = Promise.withResolvers<void>();
    const following = (async () => {
      for await (const entry of client.follow(workflowId, { signal })) {
        told.push(entry);
        heard.resolve();
      }
      heard.resolve();
    })();
    try {
      await firstWord(probe, Promise.race([heard.promise, following]));
      // Nothing has ended yet, so that it has to come back.
      cut.abort(new TypeError('The connection was cut to see what happens.'));
      heardOfIt();
      await following;
    } finally {
      await client.close();
      await following.catch(() => undefined);
    }
    compareEntries((await ended).entries, told);
    if (streams.opened > 1) return `${told.length} messages over ${streams.opened} streams`;
    throw new CheckFailure({
      expected: 'a client that opens another stream after the first was cut',
      came: 'one stream',
      advice:
        'Streams are refused after the first: look at the limits of the server and the proxy.',
    });
  },
};

/** Breaks the first stream off when the signal aborts. */
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
