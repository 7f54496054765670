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
  /** Distinguishes it from all others on the stream. */
  readonly name: string;
  readonly listener: Listener;
  /** It had no room for what came, and has to catch up. */
  readonly onBehind: () => void;
}

/**
 * One reader of one thread. Only the server can compare two cursors of a thread, so readers cannot
 * share what comes: each has a part of the stream of its own.
 */
export class ThreadSubscription implements Subscription {
  readonly threadId: string;
  readonly listener: Listener;
  readonly window = new SendWindow();
  /** Aborts when it unsubscribes. */
  readonly left = new AbortController();
  readonly #name: string;
  /** How often it was part of a request. */
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
   * Names its part of the open request; `null` while no request continues at its cursor. Each
   * request has another one: what still comes under an earlier key began at another cursor.
   */
  get key(): string | null {
    return this.#key;
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

  get isRequested(): boolean {
    return this.#key !== null;
  }

  get listeners(): readonly Listener[] {
    return [this.listener];
  }

  /** Called when a request is opened with it. @returns the key of its part. */
  openRequest(): string {
    this.#requests += 1;
    this.#key = `${this.#name}.${this.#requests}`;
    return this.#key;
  }

  /** What comes while it is behind is fetched later. */
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

  /** It has everything up to now: the next request can go on with it. */
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
