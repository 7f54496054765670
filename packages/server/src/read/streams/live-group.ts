import type { LiveTail } from '@runtape/fan-out';
import { formatEventId, isTerminal } from '@runtape/events';
import { cursorMismatch, type Entry, mergeTokens } from '@runtape/event-log';
import { type FrameContext, type ChunkWriter, eventsIn } from './chunk-writer.ts';
import type { Observer, Surface } from '../../metrics/observer.ts';
import { TypeFilter } from './type-filter.ts';

/**
 * Of entries of the log, and of bytes but for the last entry, in one portion: what a client that
 * stops reading can make the process hold.
 */
const MOST_ENTRIES = 500;
const MOST_BYTES = 64 * 1024;

/**
 * A segment of a workflow's log as it is written to those who have everything up to its beginning.
 */
export interface Portion {
  /** Follows this seq … */
  readonly from: number;
  /** … and ends with this one. */
  readonly to: number;
  /** `null` when nothing of it is told. */
  readonly bytes: Uint8Array | null;
  /** All of them, told or not. */
  readonly entries: readonly Entry[];
  readonly events: number;
  /** It has the terminal event. */
  readonly isLast: boolean;
}

/** The tail cannot say what follows: that is for the log, or for a snapshot. */
export const BEHIND = 'behind';

interface PortionOptions {
  readonly tail: LiveTail;
  /** The log that the reader reads. */
  readonly incarnation: string;
  readonly writer: ChunkWriter;
  readonly about: FrameContext;
  readonly filter: TypeFilter | null;
  /** Whether neighbouring tokens are put together, as for those who are behind. */
  readonly merges: boolean;
}

/**
 * What follows a seq in the tail, written down.
 * @returns `null` when there is nothing yet.
 */
function portionAfter(seq: number, options: PortionOptions): Portion | null | typeof BEHIND {
  const { tail, incarnation, writer, about, filter, merges } = options;
  const held = { incarnation: tail.incarnation, first: tail.first, tail: tail.last };
  const isInside = cursorMismatch(held, { incarnation, seq }) === null;
  if (!isInside || tail.failure !== null) return BEHIND;
  const entries = tail.after(seq, MOST_ENTRIES);
  // A log that has ended without an entry that says so: whoever reads it finds out why.
  if (entries.length === 0) return tail.isEnded ? BEHIND : null;
  const { stateAt } = writer;
  const pieces: Uint8Array[] = [];
  let to = seq;
  let bytes = 0;
  let events = 0;
  let isLast = false;
  const passed: Entry[] = [];
  for (const entry of merges ? mergeTokens(entries) : entries) {
    if (bytes >= MOST_BYTES || stateAt?.(entry.event) === true) break;
    const chunks =
      filter === null ? [{ kind: 'entries' as const, entries: [entry] }] : filter.select([entry]);
    for (const chunk of chunks) {
      const piece = writer.encode(chunk, about);
      pieces.push(piece);
      bytes += piece.length;
      events += eventsIn(chunk);
    }
    passed.push(entry);
    to = entry.seq;
    isLast = isTerminal(entry.event);
  }
  if (to === seq) return BEHIND;
  return { from: seq, to, bytes: joined(pieces), entries: passed, events, isLast };
}

/** One piece stays the same object, so that whoever encodes it further does so once. */
function joined(pieces: readonly Uint8Array[]): Uint8Array | null {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1) return first ?? null;
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** After so many members it may be time to give way. */
const MEMBERS_AT_ONCE = 16;

/** A reader that has all there is and waits for more. */
export interface GroupMember {
  /** It has everything up to this. */
  readonly seq: number;
  /**
   * Takes what is new. @returns under what its events are counted, or `null` when it was not told
   * any.
   */
  take(portion: Portion): Surface | null;
  /** What is new is not to be had here; it leaves, and reads on by itself. */
  fallBehind(): void;
}

export interface LiveGroupOptions {
  readonly tail: LiveTail;
  readonly incarnation: string;
  readonly writer: ChunkWriter;
  readonly about: FrameContext;
  /** Only these types of events, and those that always pass. */
  readonly types: ReadonlySet<string> | undefined;
  readonly observer: Observer;
  /** There is something for its members. */
  readonly onReady: (group: LiveGroup) => void;
  /** Nobody uses it any more. */
  readonly onUnused: () => void;
}

/**
 * The readers of one workflow who are told the same in the same words and have everything up to the
 * same event: what comes is encoded once, and every one of them is given the same bytes.
 */
export class LiveGroup {
  readonly options: LiveGroupOptions;
  readonly #members = new Set<GroupMember>();
  readonly #stopListening: () => void;
  #seq = 0;
  #filter: TypeFilter | null = null;
  #users = 0;

  constructor(options: LiveGroupOptions) {
    this.options = options;
    this.#stopListening = options.tail.listen(() => options.onReady(this));
  }

  get size(): number {
    return this.#members.size;
  }

  /** Somebody means to join it, now or later, until `release`. */
  use(): void {
    this.#users += 1;
  }

  release(member: GroupMember): void {
    this.#members.delete(member);
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#stopListening();
    this.options.onUnused();
  }

  /** @param member has everything that the tail has. */
  join(member: GroupMember): void {
    if (this.#members.size === 0) {
      this.#seq = member.seq;
      this.#filter = this.filterFrom(member.seq);
    }
    this.#members.add(member);
  }

  /** It cannot take any more for now. */
  leave(member: GroupMember): void {
    this.#members.delete(member);
  }

  /** What follows for one reader alone, who was left behind a little. */
  portionFor(seq: number): Portion | null | typeof BEHIND {
    return portionAfter(seq, { ...this.options, filter: this.filterFrom(seq), merges: true });
  }

  filterFrom(seq: number): TypeFilter | null {
    const { types, incarnation } = this.options;
    return types === undefined ? null : new TypeFilter(types, formatEventId({ incarnation, seq }));
  }

  /**
   * Gives every member what is new. Yields wherever it may be interrupted; who joins or leaves
   * meanwhile gets neither more nor less.
   */
  *deliver(): Generator<undefined, void, undefined> {
    if (this.#members.size === 0) return;
    const { observer, about, onReady, tail } = this.options;
    const filter = this.#filter;
    const portion = portionAfter(this.#seq, { ...this.options, filter, merges: false });
    if (portion === null) return;
    let visited = 0;
    if (portion === BEHIND) {
      for (const member of this.#members) {
        member.fallBehind();
        visited += 1;
        if (visited % MEMBERS_AT_ONCE === 0) yield;
      }
      return;
    }
    this.#seq = portion.to;
    observer.eventsRead(about.workflowId, portion.entries);
    const told = new Map<Surface, number>();
    for (const member of this.#members) {
      const surface = member.take(portion);
      if (surface !== null) told.set(surface, (told.get(surface) ?? 0) + portion.events);
      visited += 1;
      if (visited % MEMBERS_AT_ONCE === 0) yield;
    }
    for (const [surface, events] of told) if (events > 0) observer.delivered(surface, events);
    if (tail.last > portion.to) onReady(this);
  }
}
