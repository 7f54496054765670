import { TOKEN_DIGITS } from '../subjects/live-server.ts';

const LF = 10;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const QUOTE = 34;
const ID_IN_DATA = Buffer.from('"id":"');
const CONTENT_IN_DATA = Buffer.from('"content":"');
/** Its digits and a space. */
const TOKEN_BYTES = TOKEN_DIGITS + 1;

/** Where a stream says which event it brings: in its `id:`, in its data, or, where tokens may be merged, in their text. */
export type NumberIn = 'id' | 'data' | 'text';

/**
 * Reads the numbers of events out of a stream of server-sent events. It knows no more of the format than it needs, and
 * parses no JSON, for it shares a CPU with hundreds of others.
 */
export class EventScanner {
  readonly #numberIn: NumberIn;
  readonly #onNumber: (number: number) => void;
  #rest: Buffer | undefined;

  constructor(numberIn: NumberIn, onNumber: (number: number) => void) {
    this.#numberIn = numberIn;
    this.#onNumber = onNumber;
  }

  feed(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const lineEnd = buffer.indexOf(LF, at);
      if (lineEnd === -1 || lineEnd >= end) {
        const rest = Buffer.from(buffer.subarray(at, end));
        this.#rest = this.#rest === undefined ? rest : Buffer.concat([this.#rest, rest]);
        return;
      }
      if (this.#rest === undefined) {
        this.#line(buffer, at, lineEnd);
      } else {
        const line = Buffer.concat([this.#rest, buffer.subarray(at, lineEnd)]);
        this.#rest = undefined;
        this.#line(line, 0, line.length);
      }
      at = lineEnd + 1;
    }
  }

  #line(buffer: Buffer, start: number, end: number): void {
    // `i` of `id:`, `d` of `data:`.
    const isWanted = buffer[start] === (this.#numberIn === 'id' ? 105 : 100);
    if (!isWanted || end - start < 5) return;
    if (this.#numberIn === 'id') {
      this.#lastNumber(buffer, start, end);
    } else if (this.#numberIn === 'data') {
      const id = buffer.indexOf(ID_IN_DATA, start);
      if (id === -1 || id >= end) return;
      const from = id + ID_IN_DATA.length;
      this.#lastNumber(buffer, from, buffer.indexOf(QUOTE, from));
    } else {
      this.#tokens(buffer, start, end);
    }
  }

  /** `benchmrk-17` → 17. */
  #lastNumber(buffer: Buffer, start: number, end: number): void {
    let number = 0;
    let scale = 1;
    for (let at = end - 1; at >= start; at -= 1) {
      const byte = buffer[at] ?? 0;
      if (byte < DIGIT_0 || byte > DIGIT_9) break;
      number += (byte - DIGIT_0) * scale;
      scale *= 10;
    }
    if (scale > 1) this.#onNumber(number);
  }

  /** `000017 000018 ` → 17, 18. */
  #tokens(buffer: Buffer, start: number, end: number): void {
    const content = buffer.indexOf(CONTENT_IN_DATA, start);
    if (content === -1 || content >= end) return;
    let at = content + CONTENT_IN_DATA.length;
    for (; at < end && buffer[at] !== QUOTE; at += TOKEN_BYTES) {
      this.#lastNumber(buffer, at, at + TOKEN_BYTES - 1);
    }
  }
}
