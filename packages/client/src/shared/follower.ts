import { type EventId, isEventType, type Replay } from '@runtape/events';
import type { RuntapeClientError } from '../errors.ts';
import type { StandingState } from './protocol.ts';
import { Window } from './window.ts';

/** What comes whatever types were asked for. */
const ALWAYS: ReadonlySet<string> = new Set([
  'reset',
  'workflow:state',
  'cursor',
  'workflow:completed',
  'workflow:failed',
  'workflow:cancelled',
]);

/** Something of a workflow, as it came. */
export interface Item {
  readonly id: EventId;
  readonly message: unknown;
  /** Its size in characters, nearly. */
  readonly chars: number;
}

export interface FollowRequest {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  readonly types: readonly string[] | null;
}

/** Where a follower's messages go. */
export interface FollowSink {
  /** `chars` is its size, nearly. */
  message(id: string, message: unknown, chars: number): void;
  state(state: StandingState): void;
  /** Nothing comes after this. */
  ended(): void;
  /** Nothing comes after this. */
  failed(error: RuntapeClientError): void;
}

/** One reader of one workflow, with a cursor of its own. */
export class Follower {
  readonly request: FollowRequest;
  readonly sink: FollowSink;
  /** Gets what the channel gets, as it comes; otherwise it is behind, and catches up. */
  isJoined = false;
  /** Ends what is under way for it. */
  readonly left = new AbortController();
  /** The last message that was sent or left out. */
  #at: EventId | null;
  readonly #types: ReadonlySet<string> | null;
  readonly #window = new Window();
  #onNudge = (): void => {};

  constructor(request: FollowRequest, sink: FollowSink) {
    this.request = request;
    this.sink = sink;
    this.#at = request.after;
    this.#types = request.types && new Set(request.types);
  }

  get at(): EventId | null {
    return this.#at;
  }

  get hasRoom(): boolean {
    return this.#window.hasRoom;
  }

  /** Sends it on, unless its type was not asked for. */
  send({ id, message, chars }: Item): void {
    this.#at = id;
    if (this.#wants(message)) this.forward(id, message, chars);
  }

  /** Sends on what has no place in the order. */
  forward(id: string, message: unknown, chars: number): void {
    this.#window.sent(chars);
    this.sink.message(id, message, chars);
  }

  /** So many more were taken. */
  taken(count: number): void {
    this.#window.taken(count);
  }

  /** Waits until there is room for more, or it has left. */
  async room(): Promise<void> {
    await this.#window.room(this.left.signal);
  }

  /** Where it could not fall in it may now. */
  nudge(): void {
    this.#onNudge();
  }

  /** The next nudge. */
  async nudged(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onNudge = resolve;
    await promise;
  }

  #wants(message: unknown): boolean {
    if (this.#types === null) return true;
    const type = typeOf(message);
    const isAsked = this.#types.has(type) || (this.#types.has('unknown') && !isEventType(type));
    return isAsked || ALWAYS.has(type);
  }
}

/** The type of a message; empty when it is none. */
export function typeOf(message: unknown): string {
  const type: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, 'type') : null;
  if (type !== 'unknown' || typeof message !== 'object' || message === null) {
    return typeof type === 'string' ? type : '';
  }
  // Asked for by polls, an event that the server does not know comes wrapped.
  const data: unknown = Reflect.get(message, 'data');
  const inner: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'type') : '';
  return typeof inner === 'string' ? inner : '';
}
