import { Signal } from '@runtape/async';

/**
 * `visible`: the tab is visible again. `online`: the network has recovered, and open connections
 * may be dead.
 */
export type ReconnectReason = 'visible' | 'online';

/**
 * Calls `fire` when an immediate retry is worthwhile.
 * @returns a function that removes the listeners.
 */
export type ReconnectTriggers = (fire: (reason: ReconnectReason) => void) => () => void;

/**
 * Fires when the tab becomes visible and when the network recovers. Does nothing where there are no
 * tabs, as in Node.
 */
export const browserTriggers: ReconnectTriggers = (fire) => {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') fire('visible');
  };
  const onOnline = (): void => fire('online');
  const page = typeof document === 'undefined' ? null : document;
  // A worker's global scope also has this function; that of Node does not.
  const scope = typeof globalThis.addEventListener === 'function' ? globalThis : null;
  page?.addEventListener('visibilitychange', onVisible);
  scope?.addEventListener('online', onOnline);
  return () => {
    page?.removeEventListener('visibilitychange', onVisible);
    scope?.removeEventListener('online', onOnline);
  };
};

/** A timer whose waits can be ended early. */
export class RetryTimer {
  readonly #listeners = new Set<(reason: ReconnectReason) => void>();
  readonly #fired = new Signal();

  /** Ends every wait. */
  fire(reason: ReconnectReason): void {
    this.#fired.notify();
    for (const listener of this.#listeners) listener(reason);
  }

  /** @returns a function that removes the listener. */
  onFire(listener: (reason: ReconnectReason) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits, and keeps the process alive during the wait.
   * @throws the signal's reason when it aborts.
   */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#fired.wait(signal, ms);
  }
}
