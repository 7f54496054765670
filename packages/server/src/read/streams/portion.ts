import { cursorMismatch, type Entry, mergeTokens } from '@runtape/event-log';
import { isTerminal } from '@runtape/events';
import type { LiveTail } from '@runtape/fan-out';
import type { FrameContext } from './chunk-writer.ts';
import type { TypeFilter } from './type-filter.ts';
import { type ChunkWriter, eventsIn } from './chunk-writer.ts';

/**
 * Of entries of the log, and of bytes but for the last entry, in one portion: what a client that
 * stops reading can make the process hold.
 */
const MOST_ENTRIES = 500;
const MOST_BYTES = 64 * 1024;

/**
 * A stretch of a workflow's log as it is written to those who have everything up to its beginning.
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

export interface PortionOptions {
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
export function portionAfter(seq: number, options: PortionOptions): Portion | null | typeof BEHIND {
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
