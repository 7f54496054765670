import type { EventId } from '@runtape/events';
import { EncodedTimes } from './encoded-times.ts';
import type { ShortTape } from './short-tape.ts';
import type { TapeEntry } from './tape-chunks.ts';
import { TapeModel } from './tape-model.ts';

/** The approximate size of a tape without its times, in characters. */
const ENVELOPE = 20_000;

/** Creates a compact tape from events, beginning with the first event of a log. */
export class TapeRecorder {
  readonly #times = new EncodedTimes();
  readonly #model = new TapeModel(this.#times);
  #cursor: EventId | null = null;

  /** The number of events on the tape. */
  get length(): number {
    return this.#times.length;
  }

  /** The approximate size of the tape as JSON, in characters. */
  get chars(): number {
    return ENVELOPE + this.#times.chars;
  }

  /** Adds the next event. */
  add({ id, event }: TapeEntry): void {
    this.#model.add(event);
    this.#cursor = id;
  }

  /** Returns the tape so far; `null` before the first event. */
  short(): ShortTape | null {
    if (this.#cursor === null) return null;
    return { cursor: this.#cursor, times: this.#times.text, ...this.#model.short() };
  }
}
