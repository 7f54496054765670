import { abortErrorOf } from './abort.ts';

/** Lets any number of waiters sleep until the next `wake`. Nothing is kept for who does not wait at that moment. */
export class WakeUp {
  readonly #waiting = new Set<() => void>();

  /**
   * @param timeoutMs waits at most this long, in ms; default: without end.
   * @returns whether it was woken or time ran out; rejects with an AbortError when the signal aborts.
   */
  wait(signal: AbortSignal, timeoutMs?: number): Promise<'woken' | 'timeout'> {
    const { promise, resolve, reject } = Promise.withResolvers<'woken' | 'timeout'>();
    if (signal.aborted) {
      reject(abortErrorOf(signal));
      return promise;
    }
    const settle = (how: () => void): void => {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
      how();
    };
    const wake = (): void => settle(() => resolve('woken'));
    const abort = (): void => settle(() => reject(abortErrorOf(signal)));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => settle(() => resolve('timeout')), timeoutMs);
    this.#waiting.add(wake);
    signal.addEventListener('abort', abort);
    return promise;
  }

  wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
