import type { Page } from '../transport/fetch-page.ts';
import type { Feed } from './delivery-buffer.ts';
import type { Polled } from '../reconnect/polling.ts';

/**
 * Asks once for what is new, and fills a feed with it.
 * @param askOnce asks for what comes after where the feed stands.
 */
export async function pollFeed<Entry>(
  feed: Feed<Entry>,
  askOnce: () => Promise<Page>,
  signal: AbortSignal,
): Promise<Polled> {
  await feed.queue.wanted(signal);
  const { items, polled } = await askOnce();
  // A stream stands again: it brings the same.
  if (signal.aborted) return 'idle';
  for (const { id, data } of items) {
    const end = feed.take(id, data);
    if (end?.kind === 'returned') return 'ended';
    // What a reader cannot take now it is asked for again; and so is what follows a gap.
    if (end !== null) return 'more';
  }
  return polled;
}
