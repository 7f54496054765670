import { TOKEN_DIGITS } from '../targets/live-server.ts';

const LF = 10;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const QUOTE = 34;
/** The first letters of `data:` and `id:`. */
const LETTER_D = 100;
const LETTER_I = 105;
const STAMP_IN_DATA = '"at:';
const ID_IN_DATA = Buffer.from('"id":"');
const CONTENT_IN_DATA = Buffer.from('"content":"');
const TEXT_IN_DATA = Buffer.from('"text":"');
/** The digits of a token and a space. */
const TOKEN_BYTES = TOKEN_DIGITS + 1;

/**
 * Where a stream contains the number of an event: in its `id:`, in its data, or, if tokens may be
 * merged, in their text or that of a snapshot.
 */
export type NumberIn = 'id' | 'data' | 'text' | 'snapshot';

interface EventScannerOptions {
  readonly numberIn: NumberIn;
  /** Called with the number of each event, in order. */
  readonly onNumber: (number: number) => void;
  /**
   * Called with the time when an event was written, in ms, if its text contains `at:` and a number.
   * Default: not read.
   */
  readonly onStamp?: ((stampMs: number) => void) | undefined;
}

/**
 * Reads the numbers of events from a stream of server-sent events. It reads as little of the format
 * as it needs, and parses no JSON, because it shares a CPU with hundreds of others.
 */
export class EventScanner {
  readonly #numberIn: NumberIn;
  readonly #onNumber: (number: number) => void;
  readonly #onStamp: ((stampMs: number) => void) | undefined;
  #rest: Buffer | undefined;

  constructor({ numberIn, onNumber, onStamp }: EventScannerOptions) {
    this.#numberIn = numberIn;
    this.#onNumber = onNumber;
    this.#onStamp = onStamp;
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
    const isData = buffer[start] === LETTER_D;
    if (isData && this.#onStamp !== undefined) {
      const stampMs = stampIn(buffer, start, end);
      if (stampMs !== undefined) this.#onStamp(stampMs);
    }
    const isWanted = this.#numberIn === 'id' ? buffer[start] === LETTER_I : isData;
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
    const before = this.#numberIn === 'text' ? CONTENT_IN_DATA : TEXT_IN_DATA;
    const content = buffer.indexOf(before, start);
    if (content === -1 || content >= end) return;
    let at = content + before.length;
    for (; at < end && buffer[at] !== QUOTE; at += TOKEN_BYTES) {
      this.#lastNumber(buffer, at, at + TOKEN_BYTES - 1);
    }
  }
}

/** `data: {… "at:1234.567 …` → 1234.567. */
function stampIn(buffer: Buffer, start: number, end: number): number | undefined {
  const line = buffer.toString('latin1', start, end);
  const at = line.indexOf(STAMP_IN_DATA);
  return at === -1 ? undefined : Number.parseFloat(line.slice(at + STAMP_IN_DATA.length));
}
