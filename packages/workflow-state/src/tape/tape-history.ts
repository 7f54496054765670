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
import { Stretches, type TapeEntry } from './stretches.ts';
import { TapeModel } from './tape-model.ts';

export type { TapeEntry } from './stretches.ts';

const STRETCH = 500;
const MAX_CHECKPOINTS = 128;
const MAX_WEIGHT = 32_000_000;

export interface TapeHistoryOptions {
  /** The number of events in a stretch, the unit that is dropped and read again. Default: 500. */
  readonly stretch?: number;
  /** The number of checkpoint states. Default: 128. */
  readonly maxCheckpoints?: number;
  /** The limit for the size of the events in memory, in characters. Default: 32,000,000. */
  readonly maxWeight?: number;
  /** The function that folds an event into a state. Default: `reduce`. */
  readonly fold?: typeof reduce;
}

/** A stretch whose events were dropped from memory and must be read from the log again. */
export interface MissingStretch {
  readonly stretch: number;
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
  readonly #stretches: Stretches;
  readonly #checkpoints: Checkpoints;
  readonly #stretch: number;
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
      stretch = STRETCH,
      maxCheckpoints = MAX_CHECKPOINTS,
      maxWeight = MAX_WEIGHT,
      fold = reduce,
    }: TapeHistoryOptions = {},
  ) {
    const cursor = base.cursor === null ? null : parseEventId(base.cursor);
    this.#incarnation = cursor?.incarnation ?? null;
    this.#before = cursor?.seq ?? 0;
    this.#tail = base;
    this.#cursor = base.cursor;
    this.#last = { count: 0, state: base };
    this.#stretch = stretch;
    this.#fold = fold;
    this.#stretches = new Stretches(maxWeight);
    this.#checkpoints = new Checkpoints(base, { every: stretch, max: maxCheckpoints });
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
    this.#stretches.add(Math.floor(index / this.#stretch), index % this.#stretch, { id, event });
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
    const entries = this.#stretches.peek(Math.floor(index / this.#stretch));
    return entries?.[index % this.#stretch]?.event ?? null;
  }

  /** Returns the time of an event, in ms since 1970. */
  timeAt(index: number): number {
    return this.#moments.timeOf(index);
  }

  /**
   * Returns the place of an event on the tape, in ms from the first event, with every long quiet
   * period shortened.
   */
  placeOf(index: number): number {
    return this.#moments.placeOf(index);
  }

  /** Returns the index of the last event at or before a place on the tape. */
  indexAt(place: number): number {
    return this.#moments.indexAt(place);
  }

  /** The place of the last event. */
  get lengthMs(): number {
    return this.#moments.lengthMs;
  }

  /** Returns the approximate number of tokens per second at an event. */
  rateAt(index: number): number {
    return this.#model.rateAt(this.placeOf(index));
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
   * `missingFor` names them. It continues from where the last call stopped, so reading one stretch
   * after another is enough.
   */
  stateAt(index: number): WorkflowSnapshot | null {
    const count = index + 1;
    if (count === this.length && this.#tail !== null) return this.#tail;
    let { count: folded, state } = this.#nearest(count);
    while (folded < count) {
      const entries = this.#stretches.use(Math.floor(folded / this.#stretch));
      const next = entries?.[folded % this.#stretch];
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
   * Returns the events before the stretch of an event, if at least one stretch of them is missing
   * and reading them as single events would take longer. `null` if the stretches are here, or a
   * checkpoint is close enough.
   */
  pastFor(index: number): MissingPast | null {
    const last = Math.floor(index / this.#stretch);
    const start = last * this.#stretch;
    const base = this.#nearest(index + 1);
    const { count } = base;
    const upTo = this.idAt(start - 1);
    if (start - count < this.#stretch || upTo === null) return null;
    for (let stretch = Math.floor(count / this.#stretch); stretch < last; stretch += 1) {
      const here = this.#stretches.peek(stretch)?.length ?? 0;
      if (here < this.#stretch) return { after: this.idAt(count - 1), upTo, base };
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
   * Returns the stretch around an event if it is missing, regardless of the events before it;
   * `null` if it is here.
   */
  missingAround(index: number): MissingStretch | null {
    const stretch = Math.floor(index / this.#stretch);
    const here = this.#stretches.peek(stretch)?.length ?? 0;
    return here > index % this.#stretch ? null : this.#missing(stretch);
  }

  /**
   * Returns the first stretch that must be read from the log before the state at an event can be
   * folded; `null` if none is missing.
   */
  missingFor(index: number): MissingStretch | null {
    const last = Math.floor(index / this.#stretch);
    const first = Math.floor(this.#nearest(index + 1).count / this.#stretch);
    for (let stretch = first; stretch <= last; stretch += 1) {
      const needed = Math.min(this.#stretch, index + 1 - stretch * this.#stretch);
      const here = this.#stretches.peek(stretch)?.length ?? 0;
      if (here < needed) return this.#missing(stretch);
    }
    return null;
  }

  /**
   * Stores a stretch that was read again.
   * @throws Error when it is incomplete: folding over a gap is not possible.
   */
  fill({ stretch, after, limit }: MissingStretch, entries: readonly TapeEntry[]): void {
    const isWhole = entries.every(({ id }, index) => compareEventIds(id, after) === index + 1);
    if (entries.length !== limit || !isWhole) {
      throw new Error(`The ${limit} events after ${after} were to come, and others did.`);
    }
    this.#stretches.fill(stretch, entries);
  }

  #nearest(count: number): Checkpoint {
    const checkpoint = this.#checkpoints.before(count);
    const isNearer = this.#last.count <= count && this.#last.count > checkpoint.count;
    return isNearer ? this.#last : checkpoint;
  }

  #missing(stretch: number): MissingStretch | null {
    if (this.#incarnation === null) return null;
    const before = stretch * this.#stretch;
    const after = formatEventId({
      incarnation: this.#incarnation,
      seq: this.#before + before,
    });
    return { stretch, after, limit: Math.min(this.#stretch, this.length - before) };
  }
}
