import {
  compareEventIds,
  type EventId,
  isCustomType,
  isEventId,
  isEventType,
  type Replay,
} from '@runtape/events';
import type { RuntapeClientError } from '@runtape/client';
import { fetchWorkflowPage, type Page, type RequestOptions } from '@runtape/client/internals';
import { type Subscriber, typeOf, type WorkflowMessage } from './subscriber.ts';
import type { Listener, Subscription } from './subscription.ts';

/** The limits for recent messages, kept while a subscriber catches up, so that it can join. */
const MAX_RECENT = 256;
const MAX_RECENT_CHARS = 4_000_000;

interface RecentMessage extends WorkflowMessage {
  /** The subscription's cursor before this item: the item covers all events since. */
  readonly before: EventId | null;
}

/**
 * One workflow on the shared stream. Each message is sent to every subscriber whose cursor equals
 * the subscription's cursor. A message may be merged from several events, so only a subscriber at
 * exactly the cursor where it begins may receive it. All other subscribers are behind until they
 * reach such a cursor.
 */
export class WorkflowSubscription implements Subscription {
  readonly workflowId: string;
  readonly replay: Replay;
  readonly subscribers = new Set<Subscriber>();
  /** Whether the workflow's messages have all arrived, or were refused. */
  hasEnded = false;
  isRequested = false;
  #cursor: EventId | null;
  #recent: RecentMessage[] = [];
  /** The types that the open request asks for; `null` for all. */
  #requestedTypes: readonly string[] | null;
  readonly #onBehind: (subscriber: Subscriber) => void;

  constructor({ request }: Subscriber, onBehind: (subscriber: Subscriber) => void) {
    this.workflowId = request.workflowId;
    this.replay = request.replay;
    this.#cursor = request.after;
    this.#requestedTypes = request.types;
    this.#onBehind = onBehind;
  }

  get isOver(): boolean {
    return this.hasEnded || this.subscribers.size === 0;
  }

  get isWanted(): boolean {
    return !this.isOver;
  }

  get listeners(): readonly Listener[] {
    return Array.from(this.subscribers, ({ listener }) => listener);
  }

  /** The position after which the stream continues. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  /**
   * Prepares the subscription for the request that is being opened.
   * @returns the types to request: all (`null`), unless every subscriber wants the same ones.
   */
  openRequest(): readonly string[] | null {
    const [first = null, ...others] = Array.from(this.subscribers, ({ request }) => request.types);
    // The server does not accept an empty list of types.
    const isShared = first?.length !== 0 && others.every((types) => isSame(types, first));
    const types = isShared && first !== null && first.every(isKnown) ? first : null;
    // Recent messages of a request with other types have gaps for subscribers of these types.
    if (!isSame(types, this.#requestedTypes)) this.#recent = [];
    this.#requestedTypes = types;
    this.isRequested = true;
    for (const subscriber of this.subscribers) subscriber.notify();
    return types;
  }

  /** Whether the open request delivers the types that the subscriber wants. */
  serves({ request }: Subscriber): boolean {
    return this.#requestedTypes === null || isSame(request.types, this.#requestedTypes);
  }

  accept(id: string, message: unknown, chars: number): void {
    if (!isEventId(id)) {
      // The tab reports and skips it.
      for (const subscriber of this.#live()) subscriber.forward(id, message, chars);
      return;
    }
    if (this.#isRepeated(id, message)) return;
    const recent = { before: this.#cursor, id, message, chars };
    this.#cursor = id;
    const late = this.#live().filter(({ window }) => !window.hasRoom);
    for (const subscriber of late) subscriber.isLive = false;
    for (const subscriber of this.#live()) subscriber.send(recent);
    this.#keep(recent);
    for (const subscriber of late) this.#onBehind(subscriber);
    for (const subscriber of this.subscribers) subscriber.notify();
  }

  /**
   * Makes a subscriber live if its cursor equals the subscription's cursor, or the start of a
   * recent message.
   * @returns whether it is live; if not, its cursor may still have moved.
   */
  join(subscriber: Subscriber): boolean {
    if (!this.serves(subscriber)) return false;
    if (this.#isAt(subscriber, this.#cursor)) {
      subscriber.isLive = true;
      return true;
    }
    const start = this.#recent.findIndex(({ before }) => this.#isAt(subscriber, before));
    if (start === -1) return false;
    for (const recent of this.#recent.slice(start)) {
      if (!subscriber.window.hasRoom) return false;
      subscriber.send(recent);
    }
    subscriber.isLive = true;
    return true;
  }

  end(): void {
    this.hasEnded = true;
    for (const subscriber of this.subscribers) {
      if (subscriber.isLive) subscriber.listener.ended();
      else subscriber.notify();
    }
  }

  refuse(error: RuntapeClientError): void {
    this.hasEnded = true;
    for (const listener of this.listeners) listener.failed(error);
  }

  async fetchPage(options: RequestOptions): Promise<Page> {
    const { workflowId, cursor: after, replay } = this;
    return await fetchWorkflowPage(options, { workflowId, after, replay });
  }

  #live(): Subscriber[] {
    return [...this.subscribers].filter(({ isLive }) => isLive);
  }

  /**
   * Whether a subscriber is at a position. Before the first message, the kind of replay is part of
   * it.
   */
  #isAt({ cursor, request }: Subscriber, position: EventId | null): boolean {
    return cursor === position && (cursor !== null || request.replay === this.replay);
  }

  #keep(recent: RecentMessage): void {
    const isNeeded = [...this.subscribers].some(({ isLive }) => !isLive);
    this.#recent = isNeeded ? [...this.#recent, recent].slice(-MAX_RECENT) : [];
    let chars = this.#recent.reduce((sum, item) => sum + item.chars, 0);
    while (chars > MAX_RECENT_CHARS) chars -= this.#recent.shift()?.chars ?? chars;
  }

  #isRepeated(id: EventId, message: unknown): boolean {
    if (this.#cursor === null || typeOf(message) === 'reset') return false;
    const distance = compareEventIds(id, this.#cursor);
    return distance !== null && distance <= 0;
  }
}

/** Whether the server accepts a type. Another would make it refuse the request of all tabs. */
function isKnown(type: string): boolean {
  return isEventType(type) || isCustomType(type);
}

function isSame(types: readonly string[] | null, others: readonly string[] | null): boolean {
  if (types === null || others === null) return types === others;
  return types.length === others.length && types.every((type) => others.includes(type));
}
