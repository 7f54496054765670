import type { RuntapeClientError } from '@runtape/client';
import {
  fetchThreadPage,
  type Page,
  type RequestOptions,
  type ThreadPosition,
} from '@runtape/client/internals';
import { SendWindow } from './send-window.ts';
import type { Listener, Subscription } from './subscription.ts';

export interface ThreadSubscriptionOptions extends ThreadPosition {
  /** The name of this subscription, unique on the stream. */
  readonly name: string;
  readonly listener: Listener;
  /** Called when there was no room for a message, so that the subscription must catch up. */
  readonly onBehind: () => void;
}

/**
 * One reader of one thread. Only the server can compare two cursors of a thread, so readers cannot
 * share messages: each has a separate part of the stream.
 */
export class ThreadSubscription implements Subscription {
  readonly threadId: string;
  readonly listener: Listener;
  readonly window = new SendWindow();
  /** Aborts when the reader unsubscribes. */
  readonly left = new AbortController();
  readonly #name: string;
  /** The number of requests that have included this subscription. */
  #requests = 0;
  #key: string | null = null;
  #cursor: string | null;
  #isBehind = false;
  #hasEnded = false;
  readonly #onBehind: () => void;

  constructor({ name, threadId, after, listener, onBehind }: ThreadSubscriptionOptions) {
    this.#name = name;
    this.threadId = threadId;
    this.listener = listener;
    this.#cursor = after;
    this.#onBehind = onBehind;
  }

  /**
   * The key of its part of the open request; `null` while no request continues at its cursor. The
   * key changes with each request, because messages under an earlier key began at another cursor.
   */
  get key(): string | null {
    return this.#key;
  }

  /** The position after which the stream continues. */
  get cursor(): string | null {
    return this.#cursor;
  }

  get isOver(): boolean {
    return this.#hasEnded || this.left.signal.aborted;
  }

  get isWanted(): boolean {
    return !this.isOver && !this.#isBehind;
  }

  get isRequested(): boolean {
    return this.#key !== null;
  }

  get listeners(): readonly Listener[] {
    return [this.listener];
  }

  /**
   * Prepares the subscription for the request that is being opened.
   * @returns the key of its part.
   */
  openRequest(): string {
    this.#requests += 1;
    this.#key = `${this.#name}.${this.#requests}`;
    return this.#key;
  }

  /** Ignores messages while the subscription is behind: they are fetched later. */
  accept(cursor: string, item: unknown, chars: number): void {
    if (this.#isBehind) return;
    if (this.window.hasRoom) {
      this.send(cursor, item, chars);
      return;
    }
    this.#isBehind = true;
    this.#key = null;
    this.#onBehind();
  }

  send(cursor: string, item: unknown, chars: number): void {
    if (cursor !== '') this.#cursor = cursor;
    this.window.sent(chars);
    this.listener.message(cursor, item, chars);
  }

  /** Records that it has caught up, so that the next request can include it. */
  caughtUp(): void {
    this.#isBehind = false;
  }

  end(): void {
    this.#hasEnded = true;
    this.listener.ended();
  }

  refuse(error: RuntapeClientError): void {
    this.#hasEnded = true;
    this.listener.failed(error);
  }

  async fetchPage(options: RequestOptions): Promise<Page> {
    return await fetchThreadPage(options, { threadId: this.threadId, after: this.#cursor });
  }
}
