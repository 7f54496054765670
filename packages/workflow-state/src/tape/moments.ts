import { tapeDistance } from '@runtape/events';

const FIRST_CAPACITY = 1024;

/** The times of events and the length of the tape: all that a tape needs to continue. */
export interface TapeClock {
  /** The number of events. */
  readonly length: number;
  /** The position of the last event on the tape, in ms from the first event. */
  readonly lengthMs: number;
  /** The time of the last event, in ms since 1970; 0 before the first. */
  readonly lastTime: number;
  /**
   * Adds the next event.
   * @param at the time of the event, in ms since 1970.
   */
  add(at: number): void;
}

/**
 * The time of each event and its position on the tape, in ms from the first event, with every long
 * quiet period shortened.
 */
export class Moments implements TapeClock {
  #at = new Float64Array(FIRST_CAPACITY);
  #position = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The position of the last event. */
  get lengthMs(): number {
    return this.#length === 0 ? 0 : this.positionOf(this.#length - 1);
  }

  get lastTime(): number {
    return this.#length === 0 ? 0 : this.timeOf(this.#length - 1);
  }

  /**
   * Adds the next event.
   * @param at the time of the event, in ms since 1970.
   */
  add(at: number): void {
    const index = this.#length;
    if (index === this.#at.length) this.#grow();
    const distance = index === 0 ? 0 : tapeDistance(this.timeOf(index - 1), at);
    this.#position[index] = this.lengthMs + distance;
    this.#at[index] = at;
    this.#length += 1;
  }

  /** Returns the time of an event, in ms since 1970. */
  timeOf(index: number): number {
    return this.#at[index] ?? 0;
  }

  positionOf(index: number): number {
    return this.#position[index] ?? 0;
  }

  /** Returns the index of the last event at or before a position; 0 if there is none. */
  indexAt(position: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positionOf(middle) <= position) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #grow(): void {
    this.#at = doubled(this.#at);
    this.#position = doubled(this.#position);
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(column.length * 2);
  longer.set(column);
  return longer;
}
