import { yieldToEventLoop } from './yield-to-event-loop.ts';

export interface TimeSliceOptions {
  /**
   * How long work runs before it yields, in ms. Default: 10, half of what law 11 allows
   * (docs/architecture.md).
   */
  readonly ms?: number;
  /** Once it has aborted, `yield` throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Returns the time in ms. Default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * Divides long work into slices, so that it never holds the event loop. Ask `due` in each round of
 * a loop whose length comes from outside, and await `yield` when it is true:
 *
 * ```ts
 * const slice = new TimeSlice({ signal });
 * for (const entry of entries) {
 *   if (slice.due) await slice.yield();
 *   fold(entry);
 * }
 * ```
 *
 * One round must itself be short. One slice may be shared by nested loops that run one after the
 * other.
 */
export class TimeSlice {
  readonly #ms: number;
  readonly #signal: AbortSignal | undefined;
  readonly #now: () => number;
  #startedAt: number;

  constructor({ ms = 10, signal, now = () => performance.now() }: TimeSliceOptions = {}) {
    this.#ms = ms;
    this.#signal = signal;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Whether this slice has used up its time. */
  get due(): boolean {
    return this.#now() - this.#startedAt >= this.#ms;
  }

  /**
   * Lets all other waiting work run, then begins the next slice.
   * @throws the signal's reason once it has aborted.
   */
  async yield(): Promise<void> {
    this.#signal?.throwIfAborted();
    await yieldToEventLoop();
    this.#signal?.throwIfAborted();
    this.#startedAt = this.#now();
  }
}
