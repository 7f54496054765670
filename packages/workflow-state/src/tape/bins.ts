import type { ShortModel } from './short-tape.ts';

/** The maximum number of bins of a tape, however long it is. */
const BINS = 1024;
const FIRST_BIN_MS = 10;

type Column = Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/**
 * Summarizes the events of a tape in bins of equal length. When the tape outgrows the bins, pairs
 * of neighbours are merged, so the cost of an event does not depend on the number before it.
 */
export class Bins {
  static restore({ binMs, tokens, marks, own, lanes }: ShortModel): Bins {
    const bins = new Bins();
    bins.#binMs = binMs;
    bins.#tokens.set(tokens);
    bins.#marks.set(marks);
    bins.#own.set(own);
    for (const { columns } of lanes) {
      bins.addLane();
      bins.#lanes.at(-1)?.set(columns);
    }
    return bins;
  }

  #binMs = FIRST_BIN_MS;
  readonly #tokens = new Float64Array(BINS);
  readonly #marks = new Uint8Array(BINS);
  readonly #own = new Uint8Array(BINS);
  readonly #lanes: Uint8Array<ArrayBuffer>[] = [];

  get binMs(): number {
    return this.#binMs;
  }

  /** Returns the number of bins of a tape of this length. */
  countOf(lengthMs: number): number {
    return this.#binOf(lengthMs) + 1;
  }

  /** Returns the content of the bins up to the end of the tape. */
  short(lengthMs: number): Pick<ShortModel, 'binMs' | 'tokens' | 'marks' | 'own'> & {
    readonly columns: number[][];
  } {
    const count = this.countOf(lengthMs);
    return {
      binMs: this.#binMs,
      tokens: [...this.#tokens.subarray(0, count)],
      marks: [...this.#marks.subarray(0, count)],
      own: [...this.#own.subarray(0, count)],
      columns: this.#lanes.map((lane) => [...lane.subarray(0, count)]),
    };
  }

  /** Makes room for events up to a position. */
  reach(position: number): void {
    while (position >= BINS * this.#binMs) this.#halve();
  }

  addLane(): number {
    return this.#lanes.push(new Uint8Array(BINS)) - 1;
  }

  addTokens(position: number, tokens: number): void {
    const bin = this.#binOf(position);
    this.#tokens[bin] = (this.#tokens[bin] ?? 0) + tokens;
  }

  /** Sets marks at a position. */
  mark(position: number, marks: number): void {
    setBits(this.#marks, this.#binOf(position), marks);
  }

  /** Sets the bit of a custom event type at a position. */
  markOwn(position: number, lane: number): void {
    setBits(this.#own, this.#binOf(position), 1 << lane);
  }

  /**
   * Sets marks in the bins between two positions, excluding the bins of the positions themselves,
   * where events happened.
   */
  markBetween(from: number, to: number, marks: number): void {
    fill(this.#marks, this.#binOf(from) + 1, this.#binOf(to) - 1, marks);
  }

  markLane(lane: number, position: number, bits: number): void {
    const column = this.#lanes[lane];
    if (column !== undefined) setBits(column, this.#binOf(position), bits);
  }

  fillLane(lane: number, from: number, to: number, bits: number): void {
    const column = this.#lanes[lane];
    if (column !== undefined) fill(column, this.#binOf(from), this.#binOf(to), bits);
  }

  tokensIn(bin: number): number {
    return this.#tokens[bin] ?? 0;
  }

  marksIn(bin: number): number {
    return this.#marks[bin] ?? 0;
  }

  ownIn(bin: number): number {
    return this.#own[bin] ?? 0;
  }

  laneIn(lane: number, bin: number): number {
    return this.#lanes[lane]?.[bin] ?? 0;
  }

  /** Returns the approximate number of tokens per second, over the second before a position. */
  rateAt(position: number): number {
    const last = this.#binOf(position);
    const bins = Math.max(1, Math.min(last + 1, Math.ceil(1000 / this.#binMs)));
    let tokens = 0;
    for (let bin = last - bins + 1; bin <= last; bin += 1) tokens += this.tokensIn(bin);
    return (tokens * 1000) / (bins * this.#binMs);
  }

  #binOf(position: number): number {
    return Math.floor(position / this.#binMs);
  }

  #halve(): void {
    this.#binMs *= 2;
    halve(this.#tokens, (a, b) => a + b);
    for (const bits of [this.#marks, this.#own, ...this.#lanes]) halve(bits, (a, b) => a | b);
  }
}

function setBits(column: Uint8Array<ArrayBuffer>, bin: number, bits: number): void {
  column[bin] = (column[bin] ?? 0) | bits;
}

function fill(column: Uint8Array<ArrayBuffer>, first: number, last: number, bits: number): void {
  for (let bin = first; bin <= last; bin += 1) setBits(column, bin, bits);
}

function halve(column: Column, join: (a: number, b: number) => number): void {
  const half = column.length / 2;
  for (let bin = 0; bin < half; bin += 1) {
    column[bin] = join(column[2 * bin] ?? 0, column[2 * bin + 1] ?? 0);
  }
  column.fill(0, half);
}
