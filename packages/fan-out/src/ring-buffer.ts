import type { Entry } from '@runtape/event-log';

/** The estimated overhead of an entry, in bytes: its object, id, time and metadata. */
const ENVELOPE_BYTES = 250;

export interface RingBufferLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * The latest entries of a log, without gaps. The oldest are dropped when there are too many entries
 * or too many bytes.
 */
export class RingBuffer {
  readonly #limits: RingBufferLimits;
  #entries: Entry[] = [];
  #sizes: number[] = [];
  #bytes = 0;
  #last = 0;

  constructor(limits: RingBufferLimits) {
    this.#limits = limits;
  }

  /** Seq of the oldest entry; one past `last` if the buffer is empty. */
  get first(): number {
    return this.#last - this.#entries.length + 1;
  }

  /** Seq of the newest entry, or the seq that the buffer was cleared to. */
  get last(): number {
    return this.#last;
  }

  /** Adds the entry after `last`. */
  push(entry: Entry): void {
    const size = estimateBytes(entry);
    this.#entries.push(entry);
    this.#sizes.push(size);
    this.#bytes += size;
    this.#last = entry.seq;
    while (this.#entries.length > this.#limits.maxEntries || this.#bytes > this.#limits.maxBytes) {
      this.#entries.shift();
      this.#bytes -= this.#sizes.shift() ?? 0;
    }
  }

  /** Returns at most `limit` entries after `seq`, which must be at least `first - 1`. */
  after(seq: number, limit: number): readonly Entry[] {
    const start = seq + 1 - this.first;
    return this.#entries.slice(start, start + limit);
  }

  /** Drops all entries; the next entry is the one after `last`. */
  clear(last: number): void {
    this.#entries = [];
    this.#sizes = [];
    this.#bytes = 0;
    this.#last = last;
  }
}

/**
 * Estimates the size of an entry in bytes, well enough for a limit. Tokens, by far the most
 * frequent entries, need no serialization.
 */
export function estimateBytes({ event }: Entry): number {
  const text = event.type === 'token' ? event.data.content : JSON.stringify(event.data);
  return ENVELOPE_BYTES + text.length;
}
