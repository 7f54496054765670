import {
  isTerminal,
  MARK,
  marksOf,
  QUIET_MS,
  type TerminalType,
  tokensOf,
  type WorkflowEvent,
  isOtherEvent,
} from '@runtape/events';
import { Bins } from './bins.ts';
import type { TapeClock } from './moments.ts';
import { type Drawing, drawTape } from './draw-tape.ts';
import { type Lane, Lanes } from './lanes.ts';
import { MAX_OWN_LANES, MAX_OWN_TYPES, type ShortModel } from './short-tape.ts';

/** The mark for a quiet period that was shortened, in addition to the `MARK`s of events. */
export const QUIET = 64;

/** Returns the lane of a custom event type by the position of its first occurrence. */
function ownLane(index: number): number {
  return Math.min(index, MAX_OWN_LANES - 1);
}

/**
 * The data to draw a workflow's tape. Each added event costs the same, and the size does not grow
 * with the number of events.
 */
export class TapeModel {
  readonly #clock: TapeClock;
  #bins = new Bins();
  #lanes = new Lanes(this.#bins);
  #end: TerminalType | null = null;
  #isPaused = false;
  #ownTypes: readonly string[] = [];

  constructor(clock: TapeClock) {
    this.#clock = clock;
  }

  /** @param clock a clock that already has the times of the compact tape's events. */
  static restore(clock: TapeClock, short: ShortModel): TapeModel {
    const model = new TapeModel(clock);
    model.#bins = Bins.restore(short);
    model.#lanes = Lanes.restore(model.#bins, short);
    model.#end = short.end;
    model.#isPaused = short.isPaused;
    model.#ownTypes = short.ownTypes;
    return model;
  }

  /** Returns all data needed to draw the tape and to continue it. */
  short(): ShortModel {
    const { columns, ...bins } = this.#bins.short(this.#clock.lengthMs);
    const lanes = this.lanes.map((lane, index) => ({ ...lane, columns: columns[index] ?? [] }));
    const [end, isPaused, ownTypes] = [this.#end, this.#isPaused, [...this.#ownTypes]];
    return { ...bins, lanes, ...this.#lanes.short(), end, isPaused, ownTypes };
  }

  /** Adds the next event. */
  add(event: WorkflowEvent): void {
    const clock = this.#clock;
    const at = Date.parse(event.timestamp);
    const from = clock.lengthMs;
    const quiet = clock.length === 0 ? 0 : at - clock.lastTime;
    clock.add(at);
    const to = clock.lengthMs;
    this.#bins.reach(to);
    if (this.#isPaused) this.#bins.markBetween(from, to, MARK.pause);
    else if (quiet > QUIET_MS) this.#bins.markBetween(from, to, QUIET);
    this.#lanes.pass(from, to);
    this.#apply(event, to);
  }

  /** The roles that have a lane, in the order they first started. */
  get lanes(): readonly Lane[] {
    return this.#lanes.all;
  }

  /**
   * The types of custom events, in the order of their first occurrence. A new array for each new
   * type.
   */
  get ownTypes(): readonly string[] {
    return this.#ownTypes;
  }

  /** Returns the drawing of the tape with at most `maxColumns` columns. */
  draw(maxColumns: number): Drawing {
    const { lengthMs } = this.#clock;
    return drawTape(this.#bins, { lengthMs, lanes: this.#lanes.all, end: this.#end, maxColumns });
  }

  /** Returns the approximate number of tokens per second, over the second before a position. */
  rateAt(position: number): number {
    return this.#bins.rateAt(position);
  }

  #apply(event: WorkflowEvent, position: number): void {
    this.#bins.mark(position, marksOf(event));
    this.#bins.addTokens(position, tokensOf(event));
    this.#lanes.add(event, position);
    if (isOtherEvent(event)) this.#addOwn(event.type, position);
    if (event.type === 'workflow:paused') this.#isPaused = true;
    // After a resume the workflow waits for a worker, which is not a pause.
    if (event.type === 'workflow:resumed' || isTerminal(event)) this.#isPaused = false;
    if (isTerminal(event)) this.#end = event.type;
  }

  #addOwn(type: string, position: number): void {
    const known = this.#ownTypes;
    const index = known.indexOf(type);
    const isNew = index < 0 && known.length < MAX_OWN_TYPES;
    if (isNew) this.#ownTypes = [...known, type];
    this.#bins.markOwn(position, ownLane(index < 0 ? known.length : index));
  }
}
