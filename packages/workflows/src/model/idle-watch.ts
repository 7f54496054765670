/** Why a wait ended: nothing was heard for longer than we wait. */
export class IdleTimeout extends Error {
  override readonly name = 'IdleTimeout';
  readonly code = 'idle_timeout';
  readonly idleMs: number;

  constructor(idleMs: number) {
    super(`Nothing was heard for ${idleMs} ms.`);
    this.idleMs = idleMs;
  }
}

/**
 * Aborts when nothing is heard for too long. Counts only while it watches: time that we take
 * ourselves is nobody's silence.
 */
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

  /** Something was heard that is no answer yet: the wait begins again, if there is one. */
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
