import { onAbort } from '@runtape/async';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import { readFeed } from '../follow/delivery-buffer.ts';
import { type Connecting, fillByOwnStream, type OwnStream } from '../follow/own-stream.ts';
import type { SharedFollow, SharedLink } from './shared-link.ts';

/** What was taken is told to the hub for so many messages at a time, or so many characters of them. */
const BATCH = 32;
const BATCH_CHARS = 250_000;

export interface ReadSharedOptions<Entry> extends Pick<SharedFollow, 'asks'> {
  /** Filled by its own connections where no way leads to the stream that is shared. */
  readonly own: OwnStream<Entry>;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * What is followed by way of the stream that all tabs share, whatever it is: each entry once and in order, to its end.
 * @throws as following by a stream of one's own.
 */
export async function* readShared<Entry>(
  link: SharedLink,
  connecting: Connecting,
  { own, asks, signal, onConnection }: ReadSharedOptions<Entry>,
): AsyncGenerator<Entry, void> {
  const { feed } = own;
  const untaken = new Untaken();
  const fill = async (left: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<'over' | 'no hub'>();
    const over = new AbortController();
    onAbort(left, () => over.abort());
    onAbort(left, () => resolve('over'));
    onConnection({ state: 'connecting' });
    let said = 'connecting';
    const place = link.follow(
      {
        asks: (follow) => {
          untaken.restart();
          return asks(follow);
        },
        onMessage: (id, message, chars) => {
          const waiting = feed.queue.size;
          const end = feed.take(id, message);
          if (feed.queue.size > waiting) untaken.waits(chars);
          else untaken.took(chars);
          if (end?.kind === 'returned') resolve('over');
          if (end?.kind === 'failed') place.again();
        },
        onState: (state) => {
          if (state.state === said && state.state !== 'reconnecting') return;
          said = state.state;
          onConnection(state);
        },
        onEnd: (error) => (error === null ? resolve('over') : reject(error)),
        onNoHub: () => resolve('no hub'),
      },
      over.signal,
    );
    untaken.tell = (count) => place.taken(count);
    let outcome: 'over' | 'no hub';
    try {
      outcome = await promise;
    } finally {
      over.abort();
    }
    if (outcome === 'no hub' && !left.aborted) {
      await fillByOwnStream(connecting, own, { signal: left, onConnection });
    }
  };
  for await (const entry of readFeed({ feed, fill, signal, onConnection })) {
    untaken.tookFirst();
    yield entry;
  }
}

/** What the hub has sent and the reader has not taken yet. The hub counts it, and waits when it is too much. */
class Untaken {
  /** Tells the hub that so many more were taken. */
  tell: (count: number) => void = () => {};
  /** Sizes of what waits for the reader, in its order; `null` for what another hub, or an earlier follow, has sent. */
  #waiting: (number | null)[] = [];
  #count = 0;
  #chars = 0;

  /** Another hub, or another follow: it knows nothing of what was sent before. */
  restart(): void {
    this.#waiting = this.#waiting.map(() => null);
    this.#count = 0;
    this.#chars = 0;
  }

  /** It waits for the reader now. */
  waits(chars: number): void {
    this.#waiting.push(chars);
  }

  /** The reader took the first of what waits. */
  tookFirst(): void {
    const chars = this.#waiting.shift() ?? null;
    if (chars !== null) this.took(chars);
  }

  /** The reader took it, or does not want it. */
  took(chars: number): void {
    this.#count += 1;
    this.#chars += chars;
    if (this.#count < BATCH && this.#chars < BATCH_CHARS) return;
    this.tell(this.#count);
    this.#count = 0;
    this.#chars = 0;
  }
}
