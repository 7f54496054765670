/**
 * Waits for a promise, at most for this many ms. The operation behind the promise continues.
 * @param onTimeout determines the result after the timeout by returning or throwing.
 * @throws the promise's rejection.
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
