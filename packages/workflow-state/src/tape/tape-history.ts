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
  /** Events in a stretch: what is forgotten, and read again, in one. Default: 500. */
  readonly stretch?: number;
  /** States kept to fold on from. Default: 128. */
  readonly maxCheckpoints?: number;
  /** What the events kept may weigh, in characters. Default: 32,000,000. */
  readonly maxWeight?: number;
  /** Default: `reduce`. */
  readonly fold?: typeof reduce;
}

/** Events that were forgotten and have to be read from the log again. */
export interface MissingStretch {
  readonly stretch: number;
  /** Read after this event. */
  readonly after: EventId;
  readonly limit: number;
}

/** Events whose outcome is needed, and not themselves: neighbouring tokens may come as one. */
export interface MissingPast {
  /** Read after this event; from the first when it is `null`. */
  readonly after: EventId | null;
  /** And up to this one. */
  readonly upTo: EventId;
  /** What the events are folded on. */
  readonly base: Checkpoint;
}

/**
 * A workflow's log from its start to wherever it has been read, and the state at any of its events.
 * An index counts events from 0. Memory is bounded: a few numbers an event, so many checkpoints,
 * and events up to a weight.
 */
export class TapeHistory {
  #moments = new Moments();
  #model = new TapeModel(this.#moments);
  readonly #stretches: Stretches;
  readonly #checkpoints: Checkpoints;
  readonly #stretch: number;
  readonly #fold: typeof reduce;
  #incarnation: string | null;
  /** Events before the first one here. */
  readonly #before: number;
  /** The state after the last event, while all that leads to it has been folded. */
  #tail: WorkflowSnapshot | null;
  #cursor: EventId | null;
  /** The state that was asked for last: most often the next one asked for is a step further. */
  #last: Checkpoint;

  /**
   * @param base the state before the first event: that of `initialState`, or a snapshot where the
   *   log no longer has its start.
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

  /** The last event's; the base's before the first. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  /**
   * Takes the next event. @returns false when it is not the next: something before it is missing,
   * or it is here already.
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
   * Takes a tape in short in place of the events that it stands for.
   * @returns false when it does not go beyond what is here, or is of another log.
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

  /** Where an event is, or `null` when it is not here. */
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

  /** The event, or `null` when it has been forgotten. */
  eventAt(index: number): WorkflowEvent | null {
    const entries = this.#stretches.peek(Math.floor(index / this.#stretch));
    return entries?.[index % this.#stretch]?.event ?? null;
  }

  /** When an event was, in ms since 1970. */
  timeAt(index: number): number {
    return this.#moments.timeOf(index);
  }

  /** Where an event lies on the tape, in ms from the first, every long quiet shortened. */
  placeOf(index: number): number {
    return this.#moments.placeOf(index);
  }

  /** The last event at or before a place on the tape. */
  indexAt(place: number): number {
    return this.#moments.indexAt(place);
  }

  /** The place of the last event. */
  get lengthMs(): number {
    return this.#moments.lengthMs;
  }

  /** About how many tokens a second arrived at an event. */
  rateAt(index: number): number {
    return this.#model.rateAt(this.placeOf(index));
  }

  /** The roles that have a lane, in the order they first started. */
  get lanes(): readonly Lane[] {
    return this.#model.lanes;
  }

  /** The types of events that are not built in, in the order they first came. */
  get ownTypes(): readonly string[] {
    return this.#model.ownTypes;
  }

  /** What is to be drawn, in at most this many columns. */
  draw(maxColumns: number): Drawing {
    return this.#model.draw(maxColumns);
  }

  /**
   * The fold of all events up to and including one, or `null` when some are to be read again first:
   * those that `missingFor` names. Goes on from where it came to the last time, so that one stretch
   * after the other is enough.
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
   * What leads up to the stretch of an event, when more is missing of it than a stretch: to read it
   * as events would take longer. `null` when the stretches are here, or a state near enough.
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

  /** Folds what leads up to an event. @throws Error when it does not end with that event. */
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
   * What is missing of the events around one, whatever leads up to them; `null` when it is here.
   */
  missingAround(index: number): MissingStretch | null {
    const stretch = Math.floor(index / this.#stretch);
    const here = this.#stretches.peek(stretch)?.length ?? 0;
    return here > index % this.#stretch ? null : this.#missing(stretch);
  }

  /**
   * What has to be read from the log before the state at an event can be folded; `null` when
   * nothing has.
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
   * Takes a stretch that was read again, all of it. @throws Error when it is not whole: nothing
   * could be folded over a gap.
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
