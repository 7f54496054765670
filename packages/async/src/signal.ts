import { onAbort } from './abort.ts';

/**
 * Lets any number of waiters sleep until the next `notify`. Nothing is kept for those who do not
 * wait at that moment.
 */
export class Signal {
  readonly #waiting = new Set<() => void>();

  /**
   * @param abort ends the wait.
   * @param timeoutMs waits at most this long, in ms. Default: without end.
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

  /** Wakes everybody who waits. */
  notify(): void {
    for (const notify of this.#waiting) notify();
  }
}
