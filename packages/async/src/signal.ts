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

  /** Wakes all current waiters. */
  notify(): void {
    for (const notify of this.#waiting) notify();
  }
}
