import { onAbort, withTimeout } from '@runtape/async';

interface HoldOptions {
  /** Releases the lock. */
  readonly signal: AbortSignal;
  /**
   * The time limit, in ms. No other client uses this lock, so a browser that takes longer does not
   * grant locks.
   */
  readonly withinMs: number;
}

/**
 * Holds a lock that no other client uses, until the signal aborts.
 * @returns whether the lock is held: false where there are no locks, and where a browser that
 *   blocks storage for the page refuses them.
 */
export async function holdLock(
  locks: LockManager | undefined,
  name: string,
  { signal, withinMs }: HoldOptions,
): Promise<boolean> {
  if (locks === undefined || signal.aborted) return false;
  const held = Promise.withResolvers<boolean>();
  const stopListening = onAbort(signal, () => held.resolve(false));
  requestLock(locks, name, signal, async () => {
    held.resolve(true);
    const { promise, resolve } = Promise.withResolvers<void>();
    onAbort(signal, resolve);
    await promise;
  }).catch(() => held.resolve(false));
  const isHeld = await withTimeout(held.promise, withinMs, () => false);
  stopListening();
  return isHeld;
}

/** Returns whether the browser grants locks to this page within `withinMs` ms. */
export async function givesLocks(
  locks: LockManager,
  name: string,
  withinMs: number,
): Promise<boolean> {
  const finished = new AbortController();
  const isHeld = await holdLock(locks, name, { signal: finished.signal, withinMs });
  finished.abort();
  return isHeld;
}

/** Calls back when the lock is free; never where there are no locks. */
export function awaitLock(
  locks: LockManager | undefined,
  name: string,
  signal: AbortSignal,
  callback: () => void,
): void {
  // Rejects when the signal aborts first, and where locks are refused.
  if (locks !== undefined) requestLock(locks, name, signal, callback).catch(() => {});
}

/** Turns a synchronous exception of `request` into a rejection. */
async function requestLock(
  locks: LockManager,
  name: string,
  signal: AbortSignal,
  callback: () => void | Promise<void>,
): Promise<void> {
  await locks.request(name, { signal }, callback);
}
