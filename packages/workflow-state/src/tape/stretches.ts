import type { EventId, WorkflowEvent } from '@runtape/events';

export interface TapeEntry {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

/** The approximate size of an event without its text, in characters. */
const ENVELOPE = 200;

interface Stretch {
  entries: TapeEntry[];
  weight: number;
}

/**
 * Keeps the events of a log in stretches of equal length. When their total size exceeds the limit,
 * the least recently used ones are dropped, except the last one, which still grows. Dropped events
 * can be read from the log again.
 */
export class Stretches {
  /** The stretches, least recently used first. */
  readonly #kept = new Map<number, Stretch>();
  readonly #maxWeight: number;
  #weight = 0;
  #last = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  /** The approximate size of all events, in characters. */
  get weight(): number {
    return this.#weight;
  }

  /**
   * Returns the entries of a stretch and marks it as used.
   * @returns the entries from the first one on, or `null` if they were dropped. The last entries
   *   may still be missing.
   */
  use(stretch: number): readonly TapeEntry[] | null {
    const found = this.#kept.get(stretch);
    if (found === undefined) return null;
    this.#touch(stretch, found);
    return found.entries;
  }

  /** Returns the entries of a stretch without marking it as used. */
  peek(stretch: number): readonly TapeEntry[] | null {
    return this.#kept.get(stretch)?.entries ?? null;
  }

  /**
   * Adds an entry at an offset in its stretch. The entry is ignored if earlier ones of the stretch
   * are missing: all of them must be read again.
   */
  add(stretch: number, offset: number, entry: TapeEntry): void {
    const found = this.#kept.get(stretch) ?? { entries: [], weight: 0 };
    if (found.entries.length !== offset) return;
    const weight = weightOf(entry.event);
    found.entries.push(entry);
    found.weight += weight;
    this.#weight += weight;
    this.#last = Math.max(this.#last, stretch);
    this.#touch(stretch, found);
    this.#forget(stretch);
  }

  /** Stores a stretch that had been dropped. */
  fill(stretch: number, entries: readonly TapeEntry[]): void {
    this.#drop(stretch);
    for (const [offset, entry] of entries.entries()) this.add(stretch, offset, entry);
  }

  #touch(stretch: number, found: Stretch): void {
    this.#kept.delete(stretch);
    this.#kept.set(stretch, found);
  }

  #forget(inUse: number): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#maxWeight) return;
      if (oldest !== inUse && oldest !== this.#last) this.#drop(oldest);
    }
  }

  #drop(stretch: number): void {
    this.#weight -= this.#kept.get(stretch)?.weight ?? 0;
    this.#kept.delete(stretch);
  }
}

function weightOf(event: WorkflowEvent): number {
  switch (event.type) {
    case 'token':
      return ENVELOPE + event.data.content.length;
    case 'tool:returned':
      return ENVELOPE + event.data.output.length;
    default:
      return ENVELOPE + JSON.stringify(event.data).length;
  }
}
