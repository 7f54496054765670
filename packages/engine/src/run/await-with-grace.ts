import { sleepOrAbort } from '@runtape/async';

/** How the run of a definition ended. */
export type RunOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** It did not react to the abort in time. It may still run, but nothing of it reaches the log. */
  | { readonly kind: 'abandoned' };

/**
 * Waits for a run to end; after an abort, only for the time it has to clean up.
 * @param cleanupMs that time in ms, by the reason of the abort.
 */
export async function awaitWithGrace(
  run: Promise<unknown>,
  signal: AbortSignal,
  cleanupMs: (reason: unknown) => number,
): Promise<RunOutcome> {
  const done = new AbortController();
  const ended = run.then(
    (value): RunOutcome => ({ kind: 'returned', value }),
    (error: unknown): RunOutcome => ({ kind: 'threw', error }),
  );
  try {
    return await Promise.race([ended, abandoned(signal, cleanupMs, done.signal)]);
  } finally {
    done.abort();
  }
}

async function abandoned(
  signal: AbortSignal,
  cleanupMs: (reason: unknown) => number,
  done: AbortSignal,
): Promise<RunOutcome> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true, signal: done });
  if (!signal.aborted) await promise;
  await sleepOrAbort(cleanupMs(signal.reason), done);
  return { kind: 'abandoned' };
}
