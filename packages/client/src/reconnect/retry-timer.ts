import { Signal } from '@runtape/async';

/**
 * `visible`: somebody looks again. `online`: the network is back, and open connections may be dead.
 */
export type ReconnectReason = 'visible' | 'online';

/**
 * Tells when it is worth trying again at once.
 * @returns what stops it.
 */
export type ReconnectTriggers = (fire: (reason: ReconnectReason) => void) => () => void;

/** The tab becomes visible, the network returns. Nothing where there are no tabs, as in Node. */
export const browserTriggers: ReconnectTriggers = (fire) => {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') fire('visible');
  };
  const onOnline = (): void => fire('online');
  const page = typeof document === 'undefined' ? null : document;
  // A worker's scope has it too; Node has no such function.
  const scope = typeof globalThis.addEventListener === 'function' ? globalThis : null;
  page?.addEventListener('visibilitychange', onVisible);
  scope?.addEventListener('online', onOnline);
  return () => {
    page?.removeEventListener('visibilitychange', onVisible);
    scope?.removeEventListener('online', onOnline);
  };
};

/** Waits that can be cut short. */
export class RetryTimer {
  readonly #listeners = new Set<(reason: ReconnectReason) => void>();
  readonly #fired = new Signal();

  /** Ends every wait. */
  fire(reason: ReconnectReason): void {
    this.#fired.notify();
    for (const listener of this.#listeners) listener(reason);
  }

  /** @returns what stops listening. */
  onFire(listener: (reason: ReconnectReason) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits, and keeps the process alive meanwhile. @throws the signal's reason as soon as it aborts.
   */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#fired.wait(signal, ms);
  }
}
