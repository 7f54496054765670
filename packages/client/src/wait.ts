/** Waits, and keeps the process alive while it does. Rejects with an AbortError as soon as the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stopListening = onAbort(signal, resolve);
  await promise;
  clearTimeout(timer);
  stopListening();
  if (signal.aborted) throw abortError(signal);
}

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

/** An error by which the caller knows that this end was wanted. */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return new DOMException('Following was ended.', 'AbortError');
}
