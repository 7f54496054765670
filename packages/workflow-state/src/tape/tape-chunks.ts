import type { EventId, WorkflowEvent } from '@runtape/events';

export interface TapeEntry {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

/** The approximate size of an event without its text, in characters. */
const ENVELOPE = 200;

interface Chunk {
  entries: TapeEntry[];
  chars: number;
}

/**
 * Keeps the events of a log in chunks of equal length. When their total size exceeds the limit,
 * the least recently used ones are dropped, except the last one, which still grows. Dropped events
 * can be read from the log again.
 */
export class TapeChunks {
  /** The chunks, least recently used first. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #maxChars: number;
  /** The approximate size of all events, in characters. */
  #chars = 0;
  #last = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /**
   * Returns the entries of a chunk and marks it as used.
   * @returns the entries from the first one on, or `null` if they were dropped. The last entries
   *   may still be missing.
   */
  use(chunk: number): readonly TapeEntry[] | null {
    const found = this.#chunks.get(chunk);
    if (found === undefined) return null;
    this.#touch(chunk, found);
    return found.entries;
  }

  /** Returns the entries of a chunk without marking it as used. */
  peek(chunk: number): readonly TapeEntry[] | null {
    return this.#chunks.get(chunk)?.entries ?? null;
  }

  /**
   * Adds an entry at an offset in its chunk. The entry is ignored if earlier ones of the chunk
   * are missing: all of them must be read again.
   */
  add(chunk: number, offset: number, entry: TapeEntry): void {
    const found = this.#chunks.get(chunk) ?? { entries: [], chars: 0 };
    if (found.entries.length !== offset) return;
    const chars = estimateChars(entry.event);
    found.entries.push(entry);
    found.chars += chars;
    this.#chars += chars;
    this.#last = Math.max(this.#last, chunk);
    this.#touch(chunk, found);
    this.#forget(chunk);
  }

  /** Stores a chunk that had been dropped. */
  fill(chunk: number, entries: readonly TapeEntry[]): void {
    this.#drop(chunk);
    for (const [offset, entry] of entries.entries()) this.add(chunk, offset, entry);
  }

  #touch(chunk: number, found: Chunk): void {
    this.#chunks.delete(chunk);
    this.#chunks.set(chunk, found);
  }

  #forget(inUse: number): void {
    for (const oldest of this.#chunks.keys()) {
      if (this.#chars <= this.#maxChars) return;
      if (oldest !== inUse && oldest !== this.#last) this.#drop(oldest);
    }
  }

  #drop(chunk: number): void {
    this.#chars -= this.#chunks.get(chunk)?.chars ?? 0;
    this.#chunks.delete(chunk);
  }
}

function estimateChars(event: WorkflowEvent): number {
  switch (event.type) {
    case 'token':
      return ENVELOPE + event.data.content.length;
    case 'tool:returned':
      return ENVELOPE + event.data.output.length;
    default:
      return ENVELOPE + JSON.stringify(event.data).length;
  }
}
