/** A wait ended because nothing arrived for too long. */
export class IdleTimeout extends Error {
  override readonly name = 'IdleTimeout';
  readonly code = 'idle_timeout';
  readonly idleMs: number;

  constructor(idleMs: number) {
    super(`Nothing was heard for ${idleMs} ms.`);
    this.idleMs = idleMs;
  }
}

/** Aborts after too long a silence. Runs only while waiting; our own processing does not count. */
export class IdleWatch implements Disposable {
  readonly #controller = new AbortController();
  #limitMs = Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** Aborts with an `IdleTimeout`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for the next sign of life, from now. @param limitMs at most so long. */
  wait(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#limitMs = limitMs;
    this.#timer = setTimeout(() => this.#controller.abort(new IdleTimeout(limitMs)), limitMs);
  }

  /** A sign of life restarts the current wait. */
  heard(): void {
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
