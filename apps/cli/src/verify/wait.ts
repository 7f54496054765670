import { withTimeout } from '@runtape/async';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';

const POLL_MS = 200;

/**
 * Waits for a promise, at most `ms` ms.
 * @throws CheckFailure `late` after that time; the error of the promise.
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
 * Waits for the first message of a stream.
 * @throws CheckFailure when it does not arrive promptly; the error of the promise.
 */
export async function firstMessage<Value>(
  { promptlyMs }: Pick<Probe, 'promptlyMs'>,
  promise: Promise<Value>,
): Promise<Value> {
  const late = () =>
    new CheckFailure({
      expected: `the first event within ${promptlyMs / 1000} s, long before the end of the workflow`,
      came: 'nothing',
      advice:
        'Something between here and the server buffers streams. Turn its buffering off (nginx: proxy_buffering off).',
    });
  return await within(promptlyMs, promise, late);
}

/**
 * Polls until a value passes.
 * @throws CheckFailure `late` when that takes too long; the reason of the signal.
 */
export async function pollUntil<Value>(
  read: () => Promise<Value>,
  passes: (value: Value) => boolean,
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
    const value = await read();
    if (passes(value)) return value;
    if (performance.now() > until) throw late(value);
    await delay(POLL_MS, undefined, { signal });
  }
}
