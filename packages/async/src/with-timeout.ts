/**
 * Waits for a promise, but not longer than so many ms. What it waits for goes on.
 * @param onTimeout says what becomes of the wait then, by what it returns or throws.
 * @throws what the promise rejects with.
 */
export async function withTimeout<Value, Late>(
  promise: Promise<Value>,
  ms: number,
  onTimeout: () => Late,
): Promise<Value | Late> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    return await Promise.race([promise, late.promise.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}
