import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailure } from './check.ts';

const BETWEEN_LOOKS_MS = 200;

/** How long a first word, or the effect of a command, may take. */
export const PROMPTLY_MS = 10_000;

/**
 * Waits for something, but not for long.
 * @throws CheckFailure `late` when it takes too long; what the promise rejects with.
 */
export async function within<Value>(
  ms: number,
  promise: Promise<Value>,
  late: () => CheckFailure,
): Promise<Value> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Looks again and again, until what is seen will do.
 * @throws CheckFailure `late` when that takes too long; the reason of the signal.
 */
export async function lookUntil<Value>(
  look: () => Promise<Value>,
  willDo: (value: Value) => boolean,
  {
    ms,
    signal,
    late,
  }: {
    readonly ms: number;
    readonly signal: AbortSignal;
    readonly late: (last: Value) => CheckFailure;
  },
): Promise<Value> {
  const until = performance.now() + ms;
  for (;;) {
    const value = await look();
    if (willDo(value)) return value;
    if (performance.now() > until) throw late(value);
    await delay(BETWEEN_LOOKS_MS, undefined, { signal });
  }
}
