import {
  compareEventIds,
  type EventId,
  formatEventId,
  parseEventId,
  type WorkflowEvent,
  type WorkflowSnapshot,
} from '@runtape/events';
import { reduce } from '../reduce.ts';
import { type Checkpoint, Checkpoints } from './checkpoints.ts';
import type { Drawing } from './draw-tape.ts';
import type { Lane } from './lanes.ts';
import { decodeTimes } from './encoded-times.ts';
import { Moments } from './moments.ts';
import type { ShortTape } from './short-tape.ts';
import { TapeChunks, type TapeEntry } from './tape-chunks.ts';
import { TapeModel } from './tape-model.ts';

export type { TapeEntry } from './tape-chunks.ts';

const CHUNK_SIZE = 500;
const MAX_CHECKPOINTS = 128;
const MAX_CHARS = 32_000_000;

export interface TapeHistoryOptions {
  /** The number of events in a chunk, the unit that is dropped and read again. Default: 500. */
  readonly chunkSize?: number;
  /** The number of checkpoint states. Default: 128. */
  readonly maxCheckpoints?: number;
  /** The limit for the size of the events in memory, in characters. Default: 32,000,000. */
  readonly maxChars?: number;
  /** The function that folds an event into a state. Default: `reduce`. */
  readonly fold?: typeof reduce;
}

/** A chunk whose events were dropped from memory and must be read from the log again. */
export interface MissingChunk {
  readonly chunk: number;
  /** Read after this event. */
  readonly after: EventId;
  readonly limit: number;
}

/** Events of which only the folded state is needed, so neighbouring tokens may be merged. */
export interface MissingPast {
  /** Read after this event, or from the first one if `null`. */
  readonly after: EventId | null;
  /** Read up to this event, inclusive. */
  readonly upTo: EventId;
  /** The state into which the events are folded. */
  readonly base: Checkpoint;
}

/**
 * A workflow's log from its start up to the last event read, with the state at any of its events.
 * Indexes of events start at 0. Memory is bounded: a few numbers per event, a maximum number of
 * checkpoints, and a maximum size of events.
 */
export class TapeHistory {
  #moments = new Moments();
  #model = new TapeModel(this.#moments);
  readonly #chunks: TapeChunks;
  readonly #checkpoints: Checkpoints;
  readonly #chunkSize: number;
  readonly #fold: typeof reduce;
  #incarnation: string | null;
  /** The number of events in the log before the first one here. */
  readonly #before: number;
  /** The state after the last event; `null` after a compact tape was adopted without its events. */
  #tail: WorkflowSnapshot | null;
  #cursor: EventId | null;
  /** The last requested state; the next request is usually one step further. */
  #last: Checkpoint;

  /**
   * @param base the state before the first event: that of `initialState`, or a snapshot if the log
   *   no longer has its start.
   */
  constructor(
    base: WorkflowSnapshot,
    {
      chunkSize = CHUNK_SIZE,
      maxCheckpoints = MAX_CHECKPOINTS,
      maxChars = MAX_CHARS,
      fold = reduce,
    }: TapeHistoryOptions = {},
  ) {
    const cursor = base.cursor === null ? null : parseEventId(base.cursor);
    this.#incarnation = cursor?.incarnation ?? null;
    this.#before = cursor?.seq ?? 0;
    this.#tail = base;
    this.#cursor = base.cursor;
    this.#last = { count: 0, state: base };
    this.#chunkSize = chunkSize;
    this.#fold = fold;
    this.#chunks = new TapeChunks(maxChars);
    this.#checkpoints = new Checkpoints(base, { every: chunkSize, max: maxCheckpoints });
  }

  get length(): number {
    return this.#moments.length;
  }

  /** The id of the last event; before the first event, the base's cursor. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  /**
   * Adds the next event.
   * @returns false if it is not the next one: an earlier event is missing, or it is already here.
   */
  append({ id, event }: TapeEntry): boolean {
    const parts = parseEventId(id);
    if (parts === null) return false;
    this.#incarnation ??= parts.incarnation;
    const index = this.length;
    const isNext = parts.seq === this.#before + index + 1;
    if (!isNext || parts.incarnation !== this.#incarnation) return false;
    if (this.#tail !== null) {
      this.#checkpoints.offer({ count: index, state: this.#tail });
      this.#tail = this.#fold(this.#tail, { id, event });
    }
    this.#cursor = id;
    this.#model.add(event);
    this.#chunks.add(Math.floor(index / this.#chunkSize), index % this.#chunkSize, { id, event });
    return true;
  }

  /**
   * Replaces the events so far by a compact tape that covers them.
   * @returns false if the tape does not extend beyond the last event, or is from another log.
   * @throws RangeError when its times cannot be read.
   */
  adopt(short: ShortTape): boolean {
    const last = parseEventId(short.cursor);
    if (last === null || this.#before > 0 || last.seq <= this.length) return false;
    if (this.#incarnation !== null && last.incarnation !== this.#incarnation) return false;
    const moments = new Moments();
    for (const time of decodeTimes(short.times)) moments.add(time);
    if (moments.length !== last.seq)
      throw new RangeError('A tape has not one time for each event.');
    this.#incarnation = last.incarnation;
    this.#moments = moments;
    this.#model = TapeModel.restore(moments, short);
    this.#tail = null;
    this.#cursor = short.cursor;
    return true;
  }

  /** Returns the index of an event, or `null` if it is not here. */
  indexOf(id: EventId): number | null {
    const parts = parseEventId(id);
    if (parts === null || parts.incarnation !== this.#incarnation) return null;
    const index = parts.seq - this.#before - 1;
    return index >= 0 && index < this.length ? index : null;
  }

  idAt(index: number): EventId | null {
    if (this.#incarnation === null || index < 0 || index >= this.length) return null;
    return formatEventId({ incarnation: this.#incarnation, seq: this.#before + index + 1 });
  }

  /** Returns the event, or `null` if it was dropped from memory. */
  eventAt(index: number): WorkflowEvent | null {
    const entries = this.#chunks.peek(Math.floor(index / this.#chunkSize));
    return entries?.[index % this.#chunkSize]?.event ?? null;
  }

  /** Returns the time of an event, in ms since 1970. */
  timeAt(index: number): number {
    return this.#moments.timeOf(index);
  }

  /**
   * Returns the position of an event on the tape, in ms from the first event, with every long quiet
   * period shortened.
   */
  positionOf(index: number): number {
    return this.#moments.positionOf(index);
  }

  /** Returns the index of the last event at or before a position on the tape. */
  indexAt(position: number): number {
    return this.#moments.indexAt(position);
  }

  /** The position of the last event. */
  get lengthMs(): number {
    return this.#moments.lengthMs;
  }

  /** Returns the approximate number of tokens per second at an event. */
  rateAt(index: number): number {
    return this.#model.rateAt(this.positionOf(index));
  }

  /** The roles that have a lane, in the order they first started. */
  get lanes(): readonly Lane[] {
    return this.#model.lanes;
  }

  /** The types of custom events, in the order of their first occurrence. */
  get ownTypes(): readonly string[] {
    return this.#model.ownTypes;
  }

  /** Returns the drawing of the tape with at most `maxColumns` columns. */
  draw(maxColumns: number): Drawing {
    return this.#model.draw(maxColumns);
  }

  /**
   * Folds all events up to and including one. Returns `null` if some must be read again first;
   * `missingFor` names them. It continues from where the last call stopped, so reading one chunk
   * after another is enough.
   */
  stateAt(index: number): WorkflowSnapshot | null {
    const count = index + 1;
    if (count === this.length && this.#tail !== null) return this.#tail;
    let { count: folded, state } = this.#nearest(count);
    while (folded < count) {
      const entries = this.#chunks.use(Math.floor(folded / this.#chunkSize));
      const next = entries?.[folded % this.#chunkSize];
      if (next === undefined) {
        this.#last = { count: folded, state };
        return null;
      }
      state = this.#fold(state, next);
      folded += 1;
    }
    this.#last = { count, state };
    return state;
  }

  /**
   * Returns the events before the chunk of an event, if at least one chunk of them is missing
   * and reading them as single events would take longer. `null` if the chunks are here, or a
   * checkpoint is close enough.
   */
  pastFor(index: number): MissingPast | null {
    const last = Math.floor(index / this.#chunkSize);
    const start = last * this.#chunkSize;
    const base = this.#nearest(index + 1);
    const { count } = base;
    const upTo = this.idAt(start - 1);
    if (start - count < this.#chunkSize || upTo === null) return null;
    for (let chunk = Math.floor(count / this.#chunkSize); chunk < last; chunk += 1) {
      const here = this.#chunks.peek(chunk)?.length ?? 0;
      if (here < this.#chunkSize) return { after: this.idAt(count - 1), upTo, base };
    }
    return null;
  }

  /**
   * Folds the events that lead up to an event.
   * @throws Error when they do not end with that event.
   */
  fillPast({ upTo, base }: MissingPast, entries: readonly TapeEntry[]): void {
    const to = this.indexOf(upTo);
    if (to === null || entries.at(-1)?.id !== upTo) {
      throw new Error(`The events up to ${upTo} were to come, and others did.`);
    }
    let { state } = base;
    for (const entry of entries) state = this.#fold(state, entry);
    this.#last = { count: to + 1, state };
    this.#checkpoints.offer(this.#last);
  }

  /**
   * Returns the chunk around an event if it is missing, regardless of the events before it;
   * `null` if it is here.
   */
  missingAround(index: number): MissingChunk | null {
    const chunk = Math.floor(index / this.#chunkSize);
    const here = this.#chunks.peek(chunk)?.length ?? 0;
    return here > index % this.#chunkSize ? null : this.#missing(chunk);
  }

  /**
   * Returns the first chunk that must be read from the log before the state at an event can be
   * folded; `null` if none is missing.
   */
  missingFor(index: number): MissingChunk | null {
    const last = Math.floor(index / this.#chunkSize);
    const first = Math.floor(this.#nearest(index + 1).count / this.#chunkSize);
    for (let chunk = first; chunk <= last; chunk += 1) {
      const needed = Math.min(this.#chunkSize, index + 1 - chunk * this.#chunkSize);
      const here = this.#chunks.peek(chunk)?.length ?? 0;
      if (here < needed) return this.#missing(chunk);
    }
    return null;
  }

  /**
   * Stores a chunk that was read again.
   * @throws Error when it is incomplete: folding over a gap is not possible.
   */
  fill({ chunk, after, limit }: MissingChunk, entries: readonly TapeEntry[]): void {
    const isWhole = entries.every(({ id }, index) => compareEventIds(id, after) === index + 1);
    if (entries.length !== limit || !isWhole) {
      throw new Error(`The ${limit} events after ${after} were to come, and others did.`);
    }
    this.#chunks.fill(chunk, entries);
  }

  #nearest(count: number): Checkpoint {
    const checkpoint = this.#checkpoints.before(count);
    const isNearer = this.#last.count <= count && this.#last.count > checkpoint.count;
    return isNearer ? this.#last : checkpoint;
  }

  #missing(chunk: number): MissingChunk | null {
    if (this.#incarnation === null) return null;
    const before = chunk * this.#chunkSize;
    const after = formatEventId({
      incarnation: this.#incarnation,
      seq: this.#before + before,
    });
    return { chunk, after, limit: Math.min(this.#chunkSize, this.length - before) };
  }
}
