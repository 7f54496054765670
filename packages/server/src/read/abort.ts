/** One for all: making one takes longer than most of what it ends. */
export const ENDED = new DOMException('The stream was ended.', 'AbortError');

/** An error by which everybody knows that somebody wanted this to end. */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return ENDED;
}

/** A controller that also aborts with other signals; disposed, it lets go of them. */
export class LinkedAbort extends AbortController implements Disposable {
  readonly #signals: readonly AbortSignal[];
  readonly #onAbort = (): void => this.abort();

  constructor(...signals: readonly AbortSignal[]) {
    super();
    this.#signals = signals;
    for (const signal of signals) {
      if (signal.aborted) this.abort();
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
  }

  /** @param reason default: an AbortError. */
  override abort(reason: unknown = ENDED): void {
    super.abort(reason);
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort);
  }
}
