interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Those who wait until something is so. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /** @returns once it is so. @throws the signal's reason; what all are rejected with. */
  async until(isMet: () => boolean, signal?: AbortSignal): Promise<void> {
    if (isMet()) return;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { isMet, resolve, reject };
    const onAbort = (): void => reject(signal?.reason);
    this.#waiting.add(waiter);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(waiter);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Something has changed. */
  notify(): void {
    for (const { isMet, resolve } of this.#waiting) if (isMet()) resolve();
  }

  reject(reason: unknown): void {
    for (const waiter of this.#waiting) waiter.reject(reason);
    this.#waiting.clear();
  }
}
