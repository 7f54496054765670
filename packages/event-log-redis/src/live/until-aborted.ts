/**
 * What an operation gives, or, as soon as the signal aborts, a rejection with its reason. Does not begin when it has aborted:
 * nobody would handle its rejection.
 */
export async function untilAborted<T>(
  operation: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([operation(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
