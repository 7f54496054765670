import { onAbort, withTimeout } from '@runtape/async';

interface HoldOptions {
  /** Gives it back. */
  readonly signal: AbortSignal;
  /** Nobody else has it, so that a browser that takes longer, in ms, gives none. */
  readonly withinMs: number;
}

/**
 * Holds a lock of one's own until the signal aborts.
 * @returns whether it is held. It is not where there are no locks, and where a browser that keeps nothing for the page (cookies
 * are blocked) refuses them.
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

/** Whether the browser gives locks to this page, and does so within so many ms. */
export async function givesLocks(
  locks: LockManager,
  name: string,
  withinMs: number,
): Promise<boolean> {
  const asking = new AbortController();
  const isHeld = await holdLock(locks, name, { signal: asking.signal, withinMs });
  asking.abort();
  return isHeld;
}

/** Calls back when a lock can be had, and gives it back after that. Never, where there are no locks. */
export function awaitLock(
  locks: LockManager | undefined,
  name: string,
  signal: AbortSignal,
  callback: () => void,
): void {
  // Rejects when the signal aborts before the lock is had, and where there are none.
  if (locks !== undefined) requestLock(locks, name, signal, callback).catch(() => {});
}

/** Also what is thrown at once comes as a rejection. */
async function requestLock(
  locks: LockManager,
  name: string,
  signal: AbortSignal,
  callback: () => void | Promise<void>,
): Promise<void> {
  await locks.request(name, { signal }, callback);
}
