import { tapeDistance } from '@runtape/events';

const FIRST_CAPACITY = 1024;

/** When events were, and how long the tape is: all that a tape needs of the past to go on. */
export interface TapeClock {
  /** Events so far. */
  readonly length: number;
  /** Where the last event lies on the tape, in ms from the first. */
  readonly lengthMs: number;
  /** When the last event was, in ms since 1970; 0 before the first. */
  readonly lastTime: number;
  /** @param at when the next event was, in ms since 1970. */
  add(at: number): void;
}

/**
 * When each event was, and where it lies on the tape: a place is in ms from the first event, with
 * every long quiet shortened.
 */
export class Moments implements TapeClock {
  #at = new Float64Array(FIRST_CAPACITY);
  #place = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The place of the last event. */
  get lengthMs(): number {
    return this.#length === 0 ? 0 : this.placeOf(this.#length - 1);
  }

  get lastTime(): number {
    return this.#length === 0 ? 0 : this.timeOf(this.#length - 1);
  }

  /** @param at when the next event was, in ms since 1970. */
  add(at: number): void {
    const index = this.#length;
    if (index === this.#at.length) this.#grow();
    const distance = index === 0 ? 0 : tapeDistance(this.timeOf(index - 1), at);
    this.#place[index] = this.lengthMs + distance;
    this.#at[index] = at;
    this.#length += 1;
  }

  /** In ms since 1970. */
  timeOf(index: number): number {
    return this.#at[index] ?? 0;
  }

  placeOf(index: number): number {
    return this.#place[index] ?? 0;
  }

  /** The last event at or before a place; the first when there is none. */
  indexAt(place: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.placeOf(middle) <= place) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #grow(): void {
    this.#at = doubled(this.#at);
    this.#place = doubled(this.#place);
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(column.length * 2);
  longer.set(column);
  return longer;
}
