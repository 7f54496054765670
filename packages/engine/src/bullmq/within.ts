import { withTimeout } from '@runtape/async';

/**
 * Waits for a reply of Redis, at most for this many ms. The command continues.
 * @throws Error after the timeout.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return await withTimeout(promise, ms, () => {
    throw new Error(`Redis did not answer within ${ms} ms.`);
  });
}
