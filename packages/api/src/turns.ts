import { yieldToEventLoop } from '@runtape/async';

/**
 * Lets large pieces of work begin one in each turn of the event loop. Many that become possible at the same moment, such as the
 * next pages of hundreds of readers, would otherwise all be done before anything else runs.
 */
export class Turns {
  /** Resolves when whoever asked last has had a turn. */
  #last: Promise<void> = Promise.resolve();

  /** @throws the signal's reason once it has aborted. */
  async take(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(yieldToEventLoop);
    await this.#last;
    signal.throwIfAborted();
  }
}
