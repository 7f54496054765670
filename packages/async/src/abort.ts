/**
 * The reason of an aborted signal as an error named `AbortError`, which shows callers that the
 * abort was intended. A reason that is not an AbortError becomes its cause.
 */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  const error = new Error('The operation was aborted.', { cause: reason });
  error.name = 'AbortError';
  return error;
}

/**
 * Calls back when a signal aborts, or immediately if it has.
 * @returns a function that removes the listener.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const listener = (): void => callback();
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/**
 * Waits for a promise until the signal aborts. The operation behind the promise continues, and a
 * later rejection is handled.
 * @throws the signal's reason as soon as it aborts; the promise's rejection.
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
