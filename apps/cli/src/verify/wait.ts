import { withTimeout } from '@runtape/async';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';

const BETWEEN_LOOKS_MS = 200;

/**
 * Waits for something, but not for long.
 * @throws CheckFailure `late` when it takes too long; what the promise rejects with.
 */
export async function within<Value>(
  ms: number,
  promise: Promise<Value>,
  late: () => CheckFailure,
): Promise<Value> {
  return await withTimeout(promise, ms, () => {
    throw late();
  });
}

/**
 * Waits for the first word of a stream.
 * @throws CheckFailure when it does not come promptly; what the promise rejects with.
 */
export async function firstWord<Value>(
  { promptlyMs }: Pick<Probe, 'promptlyMs'>,
  promise: Promise<Value>,
): Promise<Value> {
  const heldBack = () =>
    new CheckFailure({
      expected: `the first event within ${promptlyMs / 1000} s, long before the end of the workflow`,
      came: 'nothing',
      advice:
        'Something between here and the server holds streams back. Turn its buffering off (nginx: proxy_buffering off).',
    });
  return await within(promptlyMs, promise, heldBack);
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
