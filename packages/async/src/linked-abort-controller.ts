import { onAbort } from './abort.ts';

/**
 * A controller that also aborts when one of the given signals does, with its reason. Disposing it
 * removes its listeners from them.
 *
 * Prefer `AbortSignal.any`, unless one of the signals lives much longer than the others, as that of
 * a server does: in Node 24 a signal of `any` with a listener is kept until all its sources are
 * gone, even if nothing can abort it any more.
 */
export class LinkedAbortController extends AbortController implements Disposable {
  readonly #stopListening: readonly (() => void)[];

  constructor(...signals: readonly AbortSignal[]) {
    super();
    this.#stopListening = signals.map((signal) => onAbort(signal, () => this.abort(signal.reason)));
  }

  [Symbol.dispose](): void {
    for (const stopListening of this.#stopListening) stopListening();
  }
}
