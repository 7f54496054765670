import type { EventId } from '@runtape/events';
import { EncodedTimes } from './encoded-times.ts';
import type { ShortTape } from './short-tape.ts';
import type { TapeEntry } from './stretches.ts';
import { TapeModel } from './tape-model.ts';

/** What a tape takes beside its times, in characters, roughly. */
const ENVELOPE = 20_000;

/** Makes a tape in short from events, from the first of a log on. */
export class TapeRecorder {
  readonly #times = new EncodedTimes();
  readonly #model = new TapeModel(this.#times);
  #cursor: EventId | null = null;

  /** Events in it. */
  get length(): number {
    return this.#times.length;
  }

  /** About how many characters the tape has as JSON. */
  get chars(): number {
    return ENVELOPE + this.#times.chars;
  }

  /** Adds the next event. */
  add({ id, event }: TapeEntry): void {
    this.#model.add(event);
    this.#cursor = id;
  }

  /** The tape so far; `null` before the first event. */
  short(): ShortTape | null {
    if (this.#cursor === null) return null;
    return { cursor: this.#cursor, times: this.#times.text, ...this.#model.short() };
  }
}
