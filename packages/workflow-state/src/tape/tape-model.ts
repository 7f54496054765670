import {
  isTerminal,
  MARK,
  marksOf,
  QUIET_MS,
  type TerminalType,
  tokensOf,
  type WorkflowEvent,
} from '@runtape/events';
import { Bins } from './bins.ts';
import { type Drawing, drawTape } from './draw-tape.ts';
import { type Lane, Lanes } from './lanes.ts';
import { Moments } from './moments.ts';

/** A quiet that was shortened; beside the `MARK`s of events. */
export const QUIET = 64;

/**
 * A workflow's tape: where each event lies, and what is drawn of it all. Grows by an event at a time, each at the same small cost;
 * what is drawn does not grow with the number of events.
 */
export class TapeModel {
  readonly moments = new Moments();
  readonly #bins = new Bins();
  readonly #lanes = new Lanes(this.#bins);
  #end: TerminalType | null = null;
  #isPaused = false;

  /** Adds the next event. */
  add(event: WorkflowEvent): void {
    const { moments } = this;
    const at = Date.parse(event.timestamp);
    const from = moments.lengthMs;
    const isFirst = moments.length === 0;
    const quiet = isFirst ? 0 : at - moments.timeOf(moments.length - 1);
    moments.add(at);
    const to = moments.lengthMs;
    this.#bins.reach(to);
    if (this.#isPaused) this.#bins.markBetween(from, to, MARK.pause);
    else if (quiet > QUIET_MS) this.#bins.markBetween(from, to, QUIET);
    this.#lanes.pass(from, to);
    this.#take(event, to);
  }

  /** The roles that have a lane, in the order they first started. */
  get lanes(): readonly Lane[] {
    return this.#lanes.all;
  }

  /** What is to be drawn, in at most this many columns. */
  draw(maxColumns: number): Drawing {
    const { lengthMs } = this.moments;
    return drawTape(this.#bins, { lengthMs, lanes: this.#lanes.all, end: this.#end, maxColumns });
  }

  /** About how many tokens a second arrived at an event. */
  rateAt(index: number): number {
    return this.#bins.rateAt(this.moments.placeOf(index));
  }

  #take(event: WorkflowEvent, place: number): void {
    this.#bins.mark(place, marksOf(event));
    this.#bins.addTokens(place, tokensOf(event));
    this.#lanes.add(event, place);
    if (event.type === 'workflow:paused') this.#isPaused = true;
    // It waits for a worker after a resume, and that is another kind of quiet.
    if (event.type === 'workflow:resumed' || isTerminal(event)) this.#isPaused = false;
    if (isTerminal(event)) this.#end = event.type;
  }
}
