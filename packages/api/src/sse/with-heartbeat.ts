export const HEARTBEAT: unique symbol = Symbol('heartbeat');

/**
 * Yields what the source yields, and `HEARTBEAT` whenever it was quiet for `everyMs`. Ends and fails with the source, and
 * ends the source when its reader leaves.
 */
export async function* withHeartbeat<T>(
  source: AsyncGenerator<T, void>,
  everyMs: number,
): AsyncGenerator<T | typeof HEARTBEAT, void> {
  try {
    for (;;) {
      const next = new Waiting(source.next());
      let result = await next.within(everyMs);
      while (result === HEARTBEAT) {
        yield HEARTBEAT;
        result = await next.within(everyMs);
      }
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    await source.return();
  }
}

/** A promise one can wait for in turns. `Promise.race` would leave a reaction behind on every turn of a long quiet. */
class Waiting<T> {
  #settled: (() => T) | null = null;
  #wake: (() => void) | null = null;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => this.#settle(() => value),
      (error: unknown) =>
        this.#settle(() => {
          throw error;
        }),
    );
  }

  async within(ms: number): Promise<T | typeof HEARTBEAT> {
    await Promise.resolve();
    if (this.#settled === null) await this.#settledOrAfter(ms);
    return this.#settled === null ? HEARTBEAT : this.#settled();
  }

  #settle(settled: () => T): void {
    this.#settled = settled;
    this.#wake?.();
  }

  async #settledOrAfter(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake = () => {
      clearTimeout(timer);
      resolve();
    };
    await promise;
    this.#wake = null;
  }
}
