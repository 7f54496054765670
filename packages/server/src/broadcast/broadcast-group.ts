import { concatBytes } from './concat-bytes.ts';
import type { LiveTail } from '@runtape/fan-out';
import { formatEventId, isTerminal, mergeTokens } from '@runtape/events';
import { cursorMismatch, type Entry } from '@runtape/event-log';
import { type FrameContext, type ChunkEncoder, eventsIn } from './sse-encoder.ts';
import type { Observer, Surface } from '../metrics/observer.ts';
import { TypeFilter } from '../read/type-filter.ts';

/**
 * The maximum entries of one batch, and the maximum bytes (the last entry may exceed them). A
 * client that stops reading can make the process hold this much.
 */
const MAX_ENTRIES = 500;
const MAX_BYTES = 64 * 1024;

/**
 * Consecutive entries of a workflow's log, encoded for readers that have everything before them.
 */
export interface EncodedBatch {
  /** The batch starts after this seq. */
  readonly from: number;
  /** Seq of its last entry. */
  readonly to: number;
  /** `null` if nothing of it passes the filter. */
  readonly bytes: Uint8Array | null;
  /** All entries, including those that the filter leaves out. */
  readonly entries: readonly Entry[];
  readonly events: number;
  /** Whether it contains the terminal event. */
  readonly isLast: boolean;
}

/** The tail does not hold what follows: it has to be read from the log or sent as a snapshot. */
export const BEHIND = 'behind';

interface EncodeOptions {
  readonly tail: LiveTail;
  /** The incarnation of the log that the reader reads. */
  readonly incarnation: string;
  readonly encoder: ChunkEncoder;
  readonly context: FrameContext;
  readonly filter: TypeFilter | null;
  /** Whether neighbouring tokens are merged, as for readers that are behind. */
  readonly merges: boolean;
}

/**
 * Encodes the entries after a seq in the tail.
 * @returns `null` if there are none yet.
 */
function encodeAfter(seq: number, options: EncodeOptions): EncodedBatch | null | typeof BEHIND {
  const { tail, incarnation, encoder, context, filter, merges } = options;
  const held = { incarnation: tail.incarnation, first: tail.first, tail: tail.last };
  const isInside = cursorMismatch(held, { incarnation, seq }) === null;
  if (!isInside || tail.failure !== null) return BEHIND;
  const entries = tail.after(seq, MAX_ENTRIES);
  // The log has ended without a terminal event: the reader must read the log to find out why.
  if (entries.length === 0) return tail.isEnded ? BEHIND : null;
  const { replaceWithState } = encoder;
  const pieces: Uint8Array[] = [];
  let to = seq;
  let bytes = 0;
  let events = 0;
  let isLast = false;
  const taken: Entry[] = [];
  for (const entry of merges ? mergeTokens(entries) : entries) {
    if (bytes >= MAX_BYTES || replaceWithState?.(entry.event) === true) break;
    const chunks =
      filter === null ? [{ kind: 'entries' as const, entries: [entry] }] : filter.select([entry]);
    for (const chunk of chunks) {
      const piece = encoder.encode(chunk, context);
      pieces.push(piece);
      bytes += piece.length;
      events += eventsIn(chunk);
    }
    taken.push(entry);
    to = entry.seq;
    isLast = isTerminal(entry.event);
  }
  if (to === seq) return BEHIND;
  return {
    from: seq,
    to,
    bytes: pieces.length === 0 ? null : concatBytes(pieces),
    entries: taken,
    events,
    isLast,
  };
}

/** The time slice is checked after this many members. */
const MEMBERS_AT_ONCE = 16;

/** A reader that has all entries and waits for more. */
export interface GroupMember {
  /** The reader has everything up to this seq. */
  readonly seq: number;
  /**
   * Takes new entries.
   * @returns the surface whose counter the caller updates, or `null` if nothing is to be counted.
   */
  take(batch: EncodedBatch): Surface | null;
  /**
   * Called when the tail no longer holds what follows: the member leaves the group and reads from
   * the log.
   */
  fallBehind(): void;
}

export interface BroadcastGroupOptions {
  readonly tail: LiveTail;
  readonly incarnation: string;
  readonly encoder: ChunkEncoder;
  readonly context: FrameContext;
  /** Only these types of events, and those that always pass. */
  readonly types: ReadonlySet<string> | undefined;
  readonly observer: Observer;
  /** Called when there are new entries for its members. */
  readonly onReady: (group: BroadcastGroup) => void;
  /** Called when all references to the group are released. */
  readonly onUnused: () => void;
}

/**
 * Live readers of one workflow that receive identical bytes and have everything up to the same
 * event. New entries are encoded once for all of them.
 */
export class BroadcastGroup {
  readonly options: BroadcastGroupOptions;
  readonly #members = new Set<GroupMember>();
  readonly #stopListening: () => void;
  #seq = 0;
  #filter: TypeFilter | null = null;
  #users = 0;

  constructor(options: BroadcastGroupOptions) {
    this.options = options;
    this.#stopListening = options.tail.listen(() => options.onReady(this));
  }

  get size(): number {
    return this.#members.size;
  }

  /** Takes a reference; the group lives until all references are released. */
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

  /** @param member must have everything up to the end of the tail. */
  join(member: GroupMember): void {
    if (this.#members.size === 0) {
      this.#seq = member.seq;
      this.#filter = this.filterFrom(member.seq);
    }
    this.#members.add(member);
  }

  /** Removes a member, for example while its client takes no more data. */
  leave(member: GroupMember): void {
    this.#members.delete(member);
  }

  /** Encodes what follows for a single reader that is slightly behind. */
  batchFor(seq: number): EncodedBatch | null | typeof BEHIND {
    return encodeAfter(seq, { ...this.options, filter: this.filterFrom(seq), merges: true });
  }

  filterFrom(seq: number): TypeFilter | null {
    const { types, incarnation } = this.options;
    return types === undefined ? null : new TypeFilter(types, formatEventId({ incarnation, seq }));
  }

  /**
   * Sends the new entries to every member. Yields wherever it may be interrupted; members may join
   * or leave in between without missing or repeating an entry.
   */
  *deliver(): Generator<undefined, void, undefined> {
    if (this.#members.size === 0) return;
    const { observer, context, onReady, tail } = this.options;
    const filter = this.#filter;
    const batch = encodeAfter(this.#seq, { ...this.options, filter, merges: false });
    if (batch === null) return;
    let visited = 0;
    if (batch === BEHIND) {
      for (const member of this.#members) {
        member.fallBehind();
        visited += 1;
        if (visited % MEMBERS_AT_ONCE === 0) yield;
      }
      return;
    }
    this.#seq = batch.to;
    observer.eventsRead(context.workflowId, batch.entries);
    const counts = new Map<Surface, number>();
    for (const member of this.#members) {
      const surface = member.take(batch);
      if (surface !== null) counts.set(surface, (counts.get(surface) ?? 0) + batch.events);
      visited += 1;
      if (visited % MEMBERS_AT_ONCE === 0) yield;
    }
    for (const [surface, events] of counts) if (events > 0) observer.delivered(surface, events);
    if (tail.last > batch.to) onReady(this);
  }
}
