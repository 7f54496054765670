import { abortError } from '@runtape/async';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import type { Admission, StreamProblem } from './cursor-guard.ts';
import { EntryQueue } from './entry-queue.ts';
import { connectionLost, RuntapeClientError } from '../errors.ts';
import type { StreamEnd } from '../reconnect/run-with-reconnect.ts';

/** How many entries may wait for a slow reader. One that falls further behind costs a new connection, not memory. */
const CAPACITY = 512;

/** Keeps a cursor, and lets each entry pass once and in order. */
interface Guard<Entry> {
  /** The last that passed or was skipped. */
  readonly cursor: string | null;
  admit(id: string, data: unknown): Admission<Entry>;
}

export interface FeedOptions<Entry> {
  readonly guard: Guard<Entry>;
  /** Nothing follows it; a client need not wait until the server says so. */
  readonly endsWith: (entry: Entry) => boolean;
  /** Whether the reader asked for such entries. */
  readonly wants: (entry: Entry) => boolean;
  readonly onProblem: (problem: StreamProblem) => void;
}

/** What stands between the connections of a stream and its reader: lets pass what is due, and keeps it until it is taken. */
export class Feed<Entry> {
  readonly queue = new EntryQueue<Entry>(CAPACITY);
  /** Whoever fills it hears of each entry that got through. */
  onDelivered = (): void => {};
  readonly #options: FeedOptions<Entry>;

  constructor(options: FeedOptions<Entry>) {
    this.#options = options;
  }

  get cursor(): string | null {
    return this.#options.guard.cursor;
  }

  /**
   * Takes what a connection brought.
   * @returns how the connection ends by it, or `null` when it goes on.
   */
  take(id: string, data: unknown): StreamEnd | null {
    const { guard, endsWith, wants, onProblem } = this.#options;
    const admission = guard.admit(id, data);
    if (admission.kind === 'gap') return { kind: 'failed', error: connectionLost('gap') };
    if ('problem' in admission) onProblem(admission.problem);
    if (admission.kind !== 'entry') return null;
    this.onDelivered();
    if (wants(admission.entry)) this.queue.push(admission.entry);
    if (endsWith(admission.entry)) return { kind: 'returned' };
    return this.queue.isFull ? { kind: 'again' } : null;
  }
}

export interface ReadFeedOptions<Entry> {
  readonly feed: Feed<Entry>;
  /** Fills the feed until everything has come. Rejects as following does. */
  readonly fill: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/** The entries of a feed while it is filled, to its end. */
export async function* readFeed<Entry>(
  options: ReadFeedOptions<Entry>,
): AsyncGenerator<Entry, void> {
  const { feed, fill, signal, onConnection } = options;
  if (signal.aborted) throw abortError(signal);
  // Ended at once, also when nobody asks for the next entry.
  const left = new AbortController();
  const filled = fill(AbortSignal.any([signal, left.signal])).then(
    () => feed.queue.end(null),
    (error: unknown) =>
      feed.queue.end(error instanceof Error ? error : RuntapeClientError.from(error)),
  );
  try {
    for (;;) {
      const taken = await feed.queue.take(signal);
      if (taken === null) break;
      yield taken.entry;
    }
    onConnection({ state: 'ended' });
  } catch (error) {
    if (error instanceof RuntapeClientError) {
      onConnection({ state: 'failed', kind: error.kind, message: error.message });
    }
    throw signal.aborted ? abortError(signal) : error;
  } finally {
    left.abort();
    await filled;
  }
}
