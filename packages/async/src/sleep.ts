import { onAbort } from './abort.ts';

/**
 * Waits.
 * @param ms the duration in ms, from 0.
 * @throws the signal's reason as soon as it aborts; the timer is then cleared.
 */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await sleepOrAbort(ms, signal);
  signal.throwIfAborted();
}

/** Waits for this many ms, or until the signal aborts. Never rejects. */
export async function sleepOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stopListening = onAbort(signal, resolve);
  await promise;
  clearTimeout(timer);
  stopListening();
}
