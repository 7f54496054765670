import { onAbort } from '../wait.ts';

/** The lock that a tab holds as long as it lives. */
export function tabLock(tab: string): string {
  return `runtape tab ${tab}`;
}

/** Holds a lock until the signal aborts. Resolves when it is held, or at once where there are no locks. */
export async function holdLock(
  locks: LockManager | undefined,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (locks === undefined) return;
  const held = Promise.withResolvers<void>();
  awaitLock(locks, name, signal, async () => {
    held.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    onAbort(signal, resolve);
    await promise;
  });
  onAbort(signal, () => held.resolve());
  await held.promise;
}

/** Calls back when a lock can be had, and gives it back after that. Never, where there are no locks. */
export function awaitLock(
  locks: LockManager | undefined,
  name: string,
  signal: AbortSignal,
  callback: () => void | Promise<void>,
): void {
  // Rejects when the signal aborts before the lock is had.
  locks?.request(name, { signal }, callback).catch(() => {});
}
