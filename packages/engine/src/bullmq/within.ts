import { withTimeout } from '@runtape/async';

/**
 * Waits for an answer of Redis, but not longer than so many ms. What it waited for goes on.
 * @throws Error when the time is over.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return await withTimeout(promise, ms, () => {
    throw new Error(`Redis did not answer within ${ms} ms.`);
  });
}
