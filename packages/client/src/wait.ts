/**
 * Calls back when a signal aborts, or at once when it has.
 * @returns what stops listening.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const listener = (): void => callback();
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Waits for a promise, but not after the signal aborts: then it rejects with an AbortError. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const stopListening = onAbort(signal, () => aborted.reject(abortError(signal)));
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    stopListening();
  }
}

/** An error by which the caller knows that this end was wanted. */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return new DOMException('Following was ended.', 'AbortError');
}

/** Waits for a promise, but not longer than so many ms. @returns `null` when it took longer. Rejects as the promise does. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
