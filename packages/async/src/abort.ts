/**
 * The reason of an aborted signal as an error named `AbortError`, by which callers know that the
 * end was wanted. A reason that is no AbortError becomes its cause.
 */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  const error = new Error('The operation was aborted.', { cause: reason });
  error.name = 'AbortError';
  return error;
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

/**
 * Waits for a promise, but not past an abort. What it waits for goes on, and its rejection is
 * handled.
 * @throws the signal's reason as soon as it aborts; what the promise rejects with.
 */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const stopListening = onAbort(signal, () => aborted.reject(signal.reason));
  try {
    return await Promise.race([aborted.promise, promise]);
  } finally {
    stopListening();
  }
}
