import type { Entry } from '@runtape/event-log';

/** What an entry weighs beside its text: its object, id, time and metadata. */
const ENVELOPE_BYTES = 250;

export interface RingBufferLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * The latest entries of a log, without a gap; the oldest go when there are too many, or they weigh
 * too much.
 */
export class RingBuffer {
  readonly #limits: RingBufferLimits;
  #entries: Entry[] = [];
  #weights: number[] = [];
  #bytes = 0;
  #last = 0;

  constructor(limits: RingBufferLimits) {
    this.#limits = limits;
  }

  /** Seq of the oldest entry it has; one past `last` when it has none. */
  get first(): number {
    return this.#last - this.#entries.length + 1;
  }

  /** Seq of the newest entry it has, or where it was cleared to. */
  get last(): number {
    return this.#last;
  }

  /** Adds the entry after `last`. */
  push(entry: Entry): void {
    const weight = estimateBytes(entry);
    this.#entries.push(entry);
    this.#weights.push(weight);
    this.#bytes += weight;
    this.#last = entry.seq;
    while (this.#entries.length > this.#limits.maxEntries || this.#bytes > this.#limits.maxBytes) {
      this.#entries.shift();
      this.#bytes -= this.#weights.shift() ?? 0;
    }
  }

  /** At most `limit` entries after a seq that is not below `first - 1`. */
  after(seq: number, limit: number): readonly Entry[] {
    const start = seq + 1 - this.first;
    return this.#entries.slice(start, start + limit);
  }

  /** Forgets all entries and stands after this seq. */
  clear(last: number): void {
    this.#entries = [];
    this.#weights = [];
    this.#bytes = 0;
    this.#last = last;
  }
}

/**
 * About what an entry takes, in bytes. Near enough for a bound; tokens, by far the most frequent,
 * cost nothing to estimate.
 */
export function estimateBytes({ event }: Entry): number {
  const text = event.type === 'token' ? event.data.content : JSON.stringify(event.data);
  return ENVELOPE_BYTES + text.length;
}
