import { onAbort, withTimeout } from '@runtape/async';

interface HoldOptions {
  /** Releases the lock. */
  readonly signal: AbortSignal;
  /** Nobody else has the lock, so a browser that takes longer, in ms, gives none. */
  readonly withinMs: number;
}

/**
 * Holds a lock of one's own until the signal aborts.
 * @returns whether it is held. It is not where there are no locks, and where a browser that blocks
 *   storage for the page refuses them.
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

/** Whether the browser gives locks to this page, within so many ms. */
export async function givesLocks(
  locks: LockManager,
  name: string,
  withinMs: number,
): Promise<boolean> {
  const over = new AbortController();
  const isHeld = await holdLock(locks, name, { signal: over.signal, withinMs });
  over.abort();
  return isHeld;
}

/** Calls back when the lock is free. Never, where there are no locks. */
export function awaitLock(
  locks: LockManager | undefined,
  name: string,
  signal: AbortSignal,
  callback: () => void,
): void {
  // Rejects when the signal aborts first, and where locks are refused.
  if (locks !== undefined) requestLock(locks, name, signal, callback).catch(() => {});
}

/** What `request` throws at once becomes a rejection. */
async function requestLock(
  locks: LockManager,
  name: string,
  signal: AbortSignal,
  callback: () => void | Promise<void>,
): Promise<void> {
  await locks.request(name, { signal }, callback);
}
