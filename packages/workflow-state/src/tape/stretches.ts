import type { EventId, WorkflowEvent } from '@runtape/events';

export interface TapeEntry {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

/** What an event takes beside its text, in characters, roughly. */
const ENVELOPE = 200;

interface Stretch {
  entries: TapeEntry[];
  weight: number;
}

/**
 * The events of a log in stretches of equal length. Those not used for longest are forgotten when
 * all together are too heavy, but for the last one, which still grows; the log has them still.
 */
export class Stretches {
  /** The one not used for longest first. */
  readonly #kept = new Map<number, Stretch>();
  readonly #maxWeight: number;
  #weight = 0;
  #last = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  /** In characters, roughly. */
  get weight(): number {
    return this.#weight;
  }

  /**
   * @returns its entries from the first on, or `null` when they have been forgotten. The last ones
   *   may still be missing.
   */
  use(stretch: number): readonly TapeEntry[] | null {
    const found = this.#kept.get(stretch);
    if (found === undefined) return null;
    this.#touch(stretch, found);
    return found.entries;
  }

  /** Looks without using. */
  peek(stretch: number): readonly TapeEntry[] | null {
    return this.#kept.get(stretch)?.entries ?? null;
  }

  /**
   * Adds an entry at an offset in its stretch. It is left out when the ones before it in the
   * stretch are not all here: they have to be read again with it.
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

  /** Puts back a stretch that had been forgotten. */
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
