import {
  compareEventIds,
  type EventId,
  eventIdSchema,
  isEventType,
  type Replay,
} from '@runtape/events';
import type { RuntapeClientError } from '@runtape/client';
import { fetchWorkflowPage, type Page, type RequestOptions } from '@runtape/client/internals';
import { type Item, type Subscriber, typeOf } from './subscriber.ts';
import type { Listener, Subscription } from './subscription.ts';

/** How much of what passed is kept while a subscriber catches up, so that it can join. */
const MAX_RECENT = 256;
const MAX_RECENT_CHARS = 4_000_000;

interface PassedItem extends Item {
  /** The subscription's cursor before it: the item stands for everything between. */
  readonly before: EventId | null;
}

/**
 * One workflow on the shared stream. What comes is sent to every subscriber whose cursor is the
 * subscription's own. A message may be several merged into one, so only a subscriber at exactly the
 * cursor where it begins may get it. All others are behind until they reach such a cursor.
 */
export class WorkflowSubscription implements Subscription {
  readonly workflowId: string;
  readonly replay: Replay;
  readonly subscribers = new Set<Subscriber>();
  /** Everything has come. */
  hasEnded = false;
  isRequested = false;
  #cursor: EventId | null;
  #recent: PassedItem[] = [];
  /** The types that the open request asks for. */
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

  /** After which the stream goes on. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  /**
   * Called when a request is opened with it.
   * @returns the types to ask for: all (`null`), unless every subscriber wants the same ones.
   */
  openRequest(): readonly string[] | null {
    const [first = null, ...others] = Array.from(this.subscribers, ({ request }) => request.types);
    // The server cannot be asked for no types at all.
    const isShared = first?.length !== 0 && others.every((types) => isSame(types, first));
    const types = isShared && first !== null && first.every(isKnown) ? first : null;
    // What passed while other types were left out has holes for those who want these.
    if (!isSame(types, this.#requestedTypes)) this.#recent = [];
    this.#requestedTypes = types;
    this.isRequested = true;
    for (const subscriber of this.subscribers) subscriber.notify();
    return types;
  }

  /** Whether the open request brings what the subscriber wants. */
  serves({ request }: Subscriber): boolean {
    return this.#requestedTypes === null || isSame(request.types, this.#requestedTypes);
  }

  accept(idText: string, message: unknown, chars: number): void {
    const { success, data: id } = eventIdSchema.safeParse(idText);
    if (!success) {
      // The tab reports and skips it.
      for (const subscriber of this.#live()) subscriber.forward(idText, message, chars);
      return;
    }
    if (this.#isRepeated(id, message)) return;
    const passed = { before: this.#cursor, id, message, chars };
    this.#cursor = id;
    const late = this.#live().filter(({ window }) => !window.hasRoom);
    for (const subscriber of late) subscriber.isLive = false;
    for (const subscriber of this.#live()) subscriber.send(passed);
    this.#keep(passed);
    for (const subscriber of late) this.#onBehind(subscriber);
    for (const subscriber of this.subscribers) subscriber.notify();
  }

  /**
   * Makes a subscriber live that is behind, when its cursor is where something that is still kept
   * begins.
   * @returns whether it is live; if not, its cursor may have moved on all the same.
   */
  join(subscriber: Subscriber): boolean {
    if (!this.serves(subscriber)) return false;
    if (this.#isAt(subscriber, this.#cursor)) {
      subscriber.isLive = true;
      return true;
    }
    const start = this.#recent.findIndex(({ before }) => this.#isAt(subscriber, before));
    if (start === -1) return false;
    for (const passed of this.#recent.slice(start)) {
      if (!subscriber.window.hasRoom) return false;
      subscriber.send(passed);
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

  /** Before the first message, the kind of replay is part of the position. */
  #isAt({ cursor, request }: Subscriber, position: EventId | null): boolean {
    return cursor === position && (cursor !== null || request.replay === this.replay);
  }

  #keep(passed: PassedItem): void {
    const isNeeded = [...this.subscribers].some(({ isLive }) => !isLive);
    this.#recent = isNeeded ? [...this.#recent, passed].slice(-MAX_RECENT) : [];
    let chars = this.#recent.reduce((sum, item) => sum + item.chars, 0);
    while (chars > MAX_RECENT_CHARS) chars -= this.#recent.shift()?.chars ?? chars;
  }

  #isRepeated(id: EventId, message: unknown): boolean {
    if (this.#cursor === null || typeOf(message) === 'reset') return false;
    const distance = compareEventIds(id, this.#cursor);
    return distance !== null && distance <= 0;
  }
}

/** For an unknown type the server would refuse the whole request, with all other workflows. */
function isKnown(type: string): boolean {
  return isEventType(type) || type === 'unknown';
}

function isSame(types: readonly string[] | null, others: readonly string[] | null): boolean {
  if (types === null || others === null) return types === others;
  return types.length === others.length && types.every((type) => others.includes(type));
}
