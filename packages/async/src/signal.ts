import { onAbort } from './abort.ts';

/** Lets any number of waiters sleep until the next `notify`. A `notify` without waiters is lost. */
export class Signal {
  readonly #waiting = new Set<() => void>();

  /**
   * @param abort ends the wait.
   * @param timeoutMs the maximum wait, in ms. Default: no limit.
   * @returns whether it was notified in time.
   * @throws the reason of `abort` as soon as it aborts.
   */
  async wait(abort: AbortSignal, timeoutMs?: number): Promise<boolean> {
    abort.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const notify = (): void => resolve(true);
    const giveUp = (): void => resolve(false);
    this.#waiting.add(notify);
    const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
    const stopListening = onAbort(abort, giveUp);
    const isNotified = await promise;
    this.#waiting.delete(notify);
    clearTimeout(timer);
    stopListening();
    abort.throwIfAborted();
    return isNotified;
  }

  notify(): void {
    for (const notify of this.#waiting) notify();
  }
}

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Lets any number of waiters sleep until a condition of theirs holds; checked by `notify`. */
export class Condition {
  readonly #waiting = new Set<Waiter>();

  /**
   * @returns once the condition holds.
   * @throws the reason of `abort` as soon as it aborts; the reason given to `reject`.
   */
  async until(isMet: () => boolean, abort?: AbortSignal): Promise<void> {
    if (isMet()) return;
    abort?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { isMet, resolve, reject };
    const stopListening = abort && onAbort(abort, () => reject(abort.reason));
    this.#waiting.add(waiter);
    try {
      await promise;
    } finally {
      this.#waiting.delete(waiter);
      stopListening?.();
    }
  }

  /** Wakes the waiters whose condition holds now. */
  notify(): void {
    for (const { isMet, resolve } of this.#waiting) if (isMet()) resolve();
  }

  /** Rejects all current waiters. */
  reject(reason: unknown): void {
    for (const waiter of this.#waiting) waiter.reject(reason);
    this.#waiting.clear();
  }
}
