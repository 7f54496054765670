import type { Asking, Page } from '../transport/fetch-page.ts';
import { askThread } from '../transport/fetch-thread.ts';
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
  readonly name: string;
  readonly sink: FollowSink;
  /** It has no room for what came, and is to be caught up with. */
  readonly onBehind: (seat: ThreadSeat) => void;
}

/**
 * One reader of one thread. Only the server can tell how two cursors of a thread lie to each other, so that readers cannot
 * share what comes: each has a part of the stream for itself.
 */
export class ThreadSeat implements Line {
  readonly threadId: string;
  readonly sink: FollowSink;
  readonly window = new Window();
  /** Ends what is under way for it. */
  readonly left = new AbortController();
  readonly #name: string;
  /** How often it was part of a request. */
  #openings = 0;
  #subscription: string | null = null;
  #cursor: string | null;
  #isBehind = false;
  #hasEnded = false;
  readonly #onBehind: (seat: ThreadSeat) => void;

  constructor({ name, threadId, after, sink, onBehind }: ThreadSeatOptions) {
    this.#name = name;
    this.threadId = threadId;
    this.sink = sink;
    this.#cursor = after;
    this.#onBehind = onBehind;
  }

  /**
   * What its part of the request that is open is called; `null` while no request goes on where it stands. Another one each
   * time: what still comes under an earlier name began elsewhere.
   */
  get subscription(): string | null {
    return this.#subscription;
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

  get isOnWire(): boolean {
    return this.#subscription !== null;
  }

  get sinks(): readonly FollowSink[] {
    return [this.sink];
  }

  /** It is part of a request from now on. @returns what to call its part. */
  openOnWire(): string {
    this.#openings += 1;
    this.#subscription = `${this.#name}.${this.#openings}`;
    return this.#subscription;
  }

  /** What comes while it is behind is asked for later. */
  take(cursor: string, item: unknown, chars: number): void {
    if (this.#isBehind) return;
    if (this.window.hasRoom) {
      this.send(cursor, item, chars);
      return;
    }
    this.#isBehind = true;
    this.#subscription = null;
    this.#onBehind(this);
  }

  /** Hands on what comes next. */
  send(cursor: string, item: unknown, chars: number): void {
    if (cursor !== '') this.#cursor = cursor;
    this.window.sent(chars);
    this.sink.message(cursor, item, chars);
  }

  /** It has everything up to now: the next request can go on with it. */
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
