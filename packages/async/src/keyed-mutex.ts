import { untilAborted } from './abort.ts';

/**
 * Runs one task at a time for each key, in the order of the calls. Keeps no state for idle keys.
 */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>();

  /** The number of keys in use. */
  get size(): number {
    return this.#last.size;
  }

  /**
   * Runs a task when its turn comes.
   * @throws what the task throws; the signal's reason if it aborts before that, and the turn passes
   *   to the next task.
   */
  async run<Result>(
    key: string,
    signal: AbortSignal,
    task: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(key);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const all = Promise.all([before, done]);
    this.#last.set(key, all);
    try {
      if (before !== undefined) await untilAborted(before, signal);
      signal.throwIfAborted();
      return await task();
    } finally {
      resolve();
      void all.then(() => this.#forget(key, all));
    }
  }

  #forget(key: string, done: Promise<unknown>): void {
    if (this.#last.get(key) === done) this.#last.delete(key);
  }
}
