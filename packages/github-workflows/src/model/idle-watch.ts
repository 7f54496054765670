/** Nothing arrived within the time limit. */
export class IdleTimeout extends Error {
  override readonly name = 'IdleTimeout';
  readonly code = 'idle_timeout';
  readonly idleMs: number;

  constructor(idleMs: number) {
    super(`Nothing arrived for ${idleMs} ms.`);
    this.idleMs = idleMs;
  }
}

/**
 * Aborts if nothing arrives for too long. Runs only while waiting; our own processing does not
 * count.
 */
export class IdleWatch implements Disposable {
  readonly #controller = new AbortController();
  #limitMs = Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** Aborts with an `IdleTimeout`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts waiting for data. @param limitMs the longest silence, in ms. */
  wait(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#limitMs = limitMs;
    this.#timer = setTimeout(() => this.#controller.abort(new IdleTimeout(limitMs)), limitMs);
  }

  /** Restarts the current wait, because data arrived. */
  restart(): void {
    if (this.#timer !== undefined) this.wait(this.#limitMs);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.pause();
  }
}
