import { tapeDistance } from '@runtape/events';
import type { TapeClock } from './moments.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE_OF = new Map(
  Array.from(DIGITS, (digit, value) => [digit.charCodeAt(0), value] as const),
);
/** A digit holds five bits of a number, and one bit for whether more digits follow. */
const BASE = 32;

/**
 * Encodes the times of events as text: for each event the ms since the previous one, as a
 * variable-length number in base-64 digits. The tokens of a model take two characters each.
 */
export class EncodedTimes implements TapeClock {
  #pieces: string[] = [];
  #chars = 0;
  #length = 0;
  #lengthMs = 0;
  #lastTime = 0;

  get length(): number {
    return this.#length;
  }

  get lengthMs(): number {
    return this.#lengthMs;
  }

  get lastTime(): number {
    return this.#lastTime;
  }

  /** The length of the text, in characters. */
  get chars(): number {
    return this.#chars;
  }

  get text(): string {
    const text = this.#pieces.join('');
    this.#pieces = [text];
    return text;
  }

  add(at: number): void {
    const digits = encode(at - this.#lastTime);
    this.#pieces.push(digits);
    this.#chars += digits.length;
    if (this.#length > 0) this.#lengthMs += tapeDistance(this.#lastTime, at);
    this.#lastTime = at;
    this.#length += 1;
  }
}

/**
 * Reads the times back, in ms since 1970.
 * @throws RangeError when the text is not what `EncodedTimes` writes.
 */
export function* decodeTimes(text: string): Generator<number, void> {
  let [time, scale, number] = [0, 1, 0];
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUE_OF.get(text.charCodeAt(index));
    if (value === undefined)
      throw new RangeError('The times of a tape have a character of no meaning.');
    number += (value % BASE) * scale;
    scale *= BASE;
    if (value >= BASE) continue;
    // The lowest bit is the sign, because a clock may have been set back.
    time += number % 2 === 0 ? number / 2 : -(number - 1) / 2;
    [scale, number] = [1, 0];
    yield time;
  }
  if (scale !== 1) throw new RangeError('The times of a tape end in the middle of one.');
}

function encode(difference: number): string {
  let rest = difference < 0 ? -difference * 2 + 1 : difference * 2;
  let digits = '';
  do {
    const low = rest % BASE;
    rest = Math.floor(rest / BASE);
    digits += DIGITS.charAt(rest > 0 ? low + BASE : low);
  } while (rest > 0);
  return digits;
}
