/** Lets one at a time do something, by name, in the order of asking. Keeps nothing once all are done. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** How many names are taken. */
  get size(): number {
    return this.#last.size;
  }

  /**
   * Runs something when its turn comes.
   * @throws what `run` throws; the signal's reason when it aborts before that. The turn then passes on.
   */
  async take<Result>(
    name: string,
    signal: AbortSignal,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(name);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const all = Promise.all([before, done]);
    this.#last.set(name, all);
    try {
      await unlessAborted(before, signal);
      return await run();
    } finally {
      resolve();
      void all.then(() => this.#forget(name, all));
    }
  }

  #forget(name: string, done: Promise<unknown>): void {
    if (this.#last.get(name) === done) this.#last.delete(name);
  }
}

async function unlessAborted(
  turn: Promise<unknown> | undefined,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([turn, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
