import {
  compareEventIds,
  type EventId,
  eventIdSchema,
  isEventType,
  type Replay,
} from '@runtape/events';
import type { Asking, Page } from '../transport/fetch-page.ts';
import { askWorkflow } from '../transport/fetch-workflow.ts';
import type { RuntapeClientError } from '../errors.ts';
import { type Follower, type FollowSink, type Item, typeOf } from './follower.ts';
import type { Line } from './line.ts';

/** How much of what passed is kept while somebody catches up, so that they can fall in. */
const RECENT = 256;
const RECENT_CHARS = 4_000_000;

interface Passed extends Item {
  /** Where the channel stood before it: it stands for everything between. */
  readonly before: EventId | null;
}

/**
 * One workflow on the shared stream. What comes is handed to all who stand where the channel stands. A message may be several
 * merged into one, so that it can only be given to who stands exactly where it begins; everybody else is behind until they
 * get to such a place.
 */
export class Channel implements Line {
  readonly workflowId: string;
  readonly replay: Replay;
  readonly followers = new Set<Follower>();
  /** Everything has come. */
  hasEnded = false;
  /** A request was opened with it. */
  isOnWire = false;
  #cursor: EventId | null;
  #recent: Passed[] = [];
  /** What the request that is open asks for. */
  #wireTypes: readonly string[] | null;
  readonly #onBehind: (follower: Follower) => void;

  constructor({ request }: Follower, onBehind: (follower: Follower) => void) {
    this.workflowId = request.workflowId;
    this.replay = request.replay;
    this.#cursor = request.after;
    this.#wireTypes = request.types;
    this.#onBehind = onBehind;
  }

  get isOver(): boolean {
    return this.hasEnded || this.followers.size === 0;
  }

  get isWanted(): boolean {
    return !this.isOver;
  }

  get sinks(): readonly FollowSink[] {
    return Array.from(this.followers, ({ sink }) => sink);
  }

  /** After which the stream goes on. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  /**
   * It is part of a request from now on.
   * @returns what to ask for: all (`null`), unless everybody wants the same few types.
   */
  openOnWire(): readonly string[] | null {
    const [first = null, ...others] = Array.from(this.followers, ({ request }) => request.types);
    // Without one to ask for, nothing is left out but by us.
    const isShared = first?.length !== 0 && others.every((types) => isSame(types, first));
    const types = isShared && first !== null && first.every(isKnown) ? first : null;
    // What passed with other types left out has holes for who wants these.
    if (!isSame(types, this.#wireTypes)) this.#recent = [];
    this.#wireTypes = types;
    this.isOnWire = true;
    for (const follower of this.followers) follower.nudge();
    return this.#wireTypes;
  }

  /** Whether the request that is open brings what the follower wants. */
  carries({ request }: Follower): boolean {
    return this.#wireTypes === null || isSame(request.types, this.#wireTypes);
  }

  /** Hands on what came. */
  take(idText: string, message: unknown, chars: number): void {
    const { success, data: id } = eventIdSchema.safeParse(idText);
    if (!success) {
      // For the tab to report and skip.
      for (const follower of this.#joined()) follower.forward(idText, message, chars);
      return;
    }
    if (this.#isRepeated(id, message)) return;
    const passed = { before: this.#cursor, id, message, chars };
    this.#cursor = id;
    const late = this.#joined().filter((follower) => !follower.hasRoom);
    for (const follower of late) follower.isJoined = false;
    for (const follower of this.#joined()) follower.send(passed);
    this.#keep(passed);
    for (const follower of late) this.#onBehind(follower);
    for (const follower of this.followers) follower.nudge();
  }

  /**
   * Lets a follower that is behind fall in, when it stands where something that is still kept begins.
   * @returns whether it is joined; it may have come closer all the same.
   */
  join(follower: Follower): boolean {
    if (!this.carries(follower)) return false;
    if (this.#isAt(follower, this.#cursor)) {
      follower.isJoined = true;
      return true;
    }
    const start = this.#recent.findIndex(({ before }) => this.#isAt(follower, before));
    if (start === -1) return false;
    for (const passed of this.#recent.slice(start)) {
      if (!follower.hasRoom) return false;
      follower.send(passed);
    }
    follower.isJoined = true;
    return true;
  }

  end(): void {
    this.hasEnded = true;
    for (const follower of this.followers) {
      if (follower.isJoined) follower.sink.ended();
      else follower.nudge();
    }
  }

  refuse(error: RuntapeClientError): void {
    this.hasEnded = true;
    for (const sink of this.sinks) sink.failed(error);
  }

  async ask(asking: Asking): Promise<Page> {
    const { workflowId, cursor: after, replay } = this;
    return await askWorkflow(asking, { workflowId, after, replay });
  }

  #joined(): Follower[] {
    return [...this.followers].filter(({ isJoined }) => isJoined);
  }

  /** Before the first message, how the past is to come is part of where one stands. */
  #isAt({ at, request }: Follower, place: EventId | null): boolean {
    return at === place && (at !== null || request.replay === this.replay);
  }

  #keep(passed: Passed): void {
    const isWaitedFor = [...this.followers].some(({ isJoined }) => !isJoined);
    this.#recent = isWaitedFor ? [...this.#recent, passed].slice(-RECENT) : [];
    let chars = this.#recent.reduce((sum, item) => sum + item.chars, 0);
    while (chars > RECENT_CHARS) chars -= this.#recent.shift()?.chars ?? chars;
  }

  #isRepeated(id: EventId, message: unknown): boolean {
    if (this.#cursor === null || typeOf(message) === 'reset') return false;
    const distance = compareEventIds(id, this.#cursor);
    return distance !== null && distance <= 0;
  }
}

/** One that is not would have the whole request refused, with everybody else's workflows. */
function isKnown(type: string): boolean {
  return isEventType(type) || type === 'unknown';
}

function isSame(types: readonly string[] | null, others: readonly string[] | null): boolean {
  if (types === null || others === null) return types === others;
  return types.length === others.length && types.every((type) => others.includes(type));
}
