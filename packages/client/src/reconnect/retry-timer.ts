import { Signal } from '@runtape/async';

/** `visible`: somebody looks again. `online`: the network is back, and what was open before may be dead. */
export type WakeReason = 'visible' | 'online';

/**
 * Tells when it is worth trying again at once.
 * @returns what stops it.
 */
export type WakeUps = (wake: (reason: WakeReason) => void) => () => void;

/** The tab becomes visible, the network returns. Nothing where there are no tabs, as in Node. */
export const browserWakeUps: WakeUps = (wake) => {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake('visible');
  };
  const onOnline = (): void => wake('online');
  const page = typeof document === 'undefined' ? null : document;
  // Also a worker's scope; Node has no such function.
  const scope = typeof globalThis.addEventListener === 'function' ? globalThis : null;
  page?.addEventListener('visibilitychange', onVisible);
  scope?.addEventListener('online', onOnline);
  return () => {
    page?.removeEventListener('visibilitychange', onVisible);
    scope?.removeEventListener('online', onOnline);
  };
};

/** Waits that can be cut short. */
export class Alarm {
  readonly #hearers = new Set<(reason: WakeReason) => void>();
  readonly #rung = new Signal();

  /** Ends every wait. */
  ring(reason: WakeReason): void {
    this.#rung.notify();
    for (const hear of this.#hearers) hear(reason);
  }

  /**
   * Calls back whenever it rings.
   * @returns what stops listening.
   */
  onRing(hear: (reason: WakeReason) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** Waits, and keeps the process alive while it does. @throws the signal's reason as soon as it aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#rung.wait(signal, ms);
  }
}
