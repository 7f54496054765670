import type { Asking, Page } from '../ask.ts';
import { askThread } from '../ask-thread.ts';
import type { RuntapeClientError } from '../errors.ts';
import type { FollowSink } from './follower.ts';
import type { Line } from './line.ts';
import { Window } from './window.ts';

export interface ThreadRequest {
  readonly threadId: string;
  /** A cursor of the thread. */
  readonly after: string | null;
}

export interface ThreadSeatOptions extends ThreadRequest {
  /** Tells it apart from all others on the stream. */
  readonly subscription: string;
  readonly sink: FollowSink;
  /** It has no room for what came, and is to be caught up with. */
  readonly onBehind: (seat: ThreadSeat) => void;
}

/**
 * One reader of one thread. Only the server can tell how two cursors of a thread lie to each other, so that readers cannot
 * share what comes: each has a part of the stream for itself.
 */
export class ThreadSeat implements Line {
  readonly subscription: string;
  readonly threadId: string;
  readonly sink: FollowSink;
  readonly window = new Window();
  /** Ends what is under way for it. */
  readonly left = new AbortController();
  /** A request was opened with it. */
  isOnWire = false;
  #cursor: string | null;
  #isBehind = false;
  #hasEnded = false;
  readonly #onBehind: (seat: ThreadSeat) => void;

  constructor({ subscription, threadId, after, sink, onBehind }: ThreadSeatOptions) {
    this.subscription = subscription;
    this.threadId = threadId;
    this.sink = sink;
    this.#cursor = after;
    this.#onBehind = onBehind;
  }

  /** After which the stream goes on. */
  get cursor(): string | null {
    return this.#cursor;
  }

  get isOver(): boolean {
    return this.#hasEnded || this.left.signal.aborted;
  }

  get isWanted(): boolean {
    return !this.isOver && !this.#isBehind;
  }

  get sinks(): readonly FollowSink[] {
    return [this.sink];
  }

  /** What comes while it is behind is asked for later. */
  take(cursor: string, item: unknown, chars: number): void {
    if (this.#isBehind) return;
    if (this.window.hasRoom) {
      this.send(cursor, item, chars);
      return;
    }
    this.#isBehind = true;
    this.#onBehind(this);
  }

  /** Hands on what comes next. */
  send(cursor: string, item: unknown, chars: number): void {
    if (cursor !== '') this.#cursor = cursor;
    this.window.sent(chars);
    this.sink.message(cursor, item);
  }

  /** It has everything up to now: the stream can go on with it. */
  caughtUp(): void {
    this.#isBehind = false;
  }

  end(): void {
    this.#hasEnded = true;
    this.sink.ended();
  }

  refuse(error: RuntapeClientError): void {
    this.#hasEnded = true;
    this.sink.failed(error);
  }

  async ask(asking: Asking): Promise<Page> {
    return await askThread(asking, { threadId: this.threadId, after: this.#cursor });
  }
}
