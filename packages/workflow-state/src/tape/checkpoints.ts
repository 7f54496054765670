import type { WorkflowSnapshot } from '@runtape/events';

export interface Checkpoint {
  /** The number of events folded into the state. */
  readonly count: number;
  readonly state: WorkflowSnapshot;
}

/**
 * States at equal distances from which folding can continue. When there are too many, every other
 * one is dropped and the distance doubles.
 */
export class Checkpoints {
  readonly #states = new Map<number, WorkflowSnapshot>();
  readonly #max: number;
  #every: number;

  /**
   * @param every the initial distance, in events.
   * @param max the maximum number of states, at least 2.
   */
  constructor(base: WorkflowSnapshot, { every, max }: { every: number; max: number }) {
    this.#states.set(0, base);
    this.#every = every;
    this.#max = max;
  }

  get size(): number {
    return this.#states.size;
  }

  /** Keeps the state if its count is a multiple of the current distance. */
  offer({ count, state }: Checkpoint): void {
    if (count % this.#every !== 0) return;
    this.#states.set(count, state);
    if (this.#states.size <= this.#max) return;
    this.#every *= 2;
    for (const kept of this.#states.keys()) {
      if (kept % this.#every !== 0) this.#states.delete(kept);
    }
  }

  /** Returns the last checkpoint with at most this many events. */
  before(count: number): Checkpoint {
    for (let at = Math.floor(count / this.#every) * this.#every; at >= 0; at -= this.#every) {
      const state = this.#states.get(at);
      if (state !== undefined) return { count: at, state };
    }
    throw new Error('The first checkpoint is never dropped.');
  }
}
