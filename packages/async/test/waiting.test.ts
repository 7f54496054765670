import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  abortError,
  KeyedMutex,
  LinkedAbortController,
  Mutex,
  onAbort,
  retry,
  Signal,
  sleep,
  sleepOrAbort,
  untilAborted,
  withTimeout,
} from '../src/index.ts';

/** Never settles. */
const FOREVER = new Promise<never>(() => {});
const GONE = new Error('gone');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Counts the listeners of a signal. */
function countListeners(signal: AbortSignal): () => number {
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  return () => added.mock.calls.length - removed.mock.calls.length;
}

describe('A13: an abort', () => {
  test('is reported as an AbortError, whatever its reason', () => {
    const reason = new DOMException('The tab was closed.', 'AbortError');
    expect(abortError(AbortSignal.abort(reason))).toBe(reason);
    const named = { name: 'AbortError', cause: GONE };
    expect(abortError(AbortSignal.abort(GONE))).toMatchObject(named);
  });

  test('calls back once, even if it came before', () => {
    const abort = new AbortController();
    const callback = vi.fn<() => void>();
    onAbort(abort.signal, callback);
    abort.abort();
    onAbort(abort.signal, callback);
    expect(callback).toHaveBeenCalledTimes(2);
  });

  test('ends waiting for a promise with its reason, and leaves no listener', async () => {
    const abort = new AbortController();
    const listeners = countListeners(abort.signal);
    expect(await untilAborted(Promise.resolve('done'), abort.signal)).toBe('done');
    const waiting = untilAborted(FOREVER, abort.signal);
    abort.abort(GONE);
    await expect(waiting).rejects.toBe(GONE);
    await expect(untilAborted(Promise.resolve(), abort.signal)).rejects.toBe(GONE);
    expect(listeners()).toBeLessThanOrEqual(0);
  });

  test('reaches linked controllers with its reason until they are disposed', () => {
    const first = new AbortController();
    const second = new AbortController();
    const listeners = countListeners(second.signal);
    const linked = new LinkedAbortController(first.signal, second.signal);
    const disposed = new LinkedAbortController(first.signal, second.signal);
    disposed[Symbol.dispose]();
    first.abort(GONE);
    expect(linked.signal.reason).toBe(GONE);
    expect(disposed.signal.aborted).toBe(false);
    linked[Symbol.dispose]();
    expect(listeners()).toBe(0);
    expect(new LinkedAbortController(first.signal).signal.reason).toBe(GONE);
  });
});

describe('A13: sleeping', () => {
  test('takes the given time', async () => {
    const slept = sleep(100, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(100);
    await slept;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends with an abort and leaves no timer', async () => {
    const abort = new AbortController();
    const sleeping = [sleep(100, abort.signal), sleepOrAbort(100, abort.signal)];
    abort.abort(GONE);
    const ended = await Promise.allSettled(sleeping);
    expect(ended).toMatchObject([{ reason: GONE }, { status: 'fulfilled' }]);
    await expect(sleep(100, abort.signal)).rejects.toBe(GONE);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('A13: a wait with a timeout ends on each condition, and leaves no timer', async () => {
  expect(await withTimeout(Promise.resolve(1), 50, () => null)).toBe(1);
  await expect(withTimeout(Promise.reject(GONE), 50, () => null)).rejects.toBe(GONE);
  const late = withTimeout(FOREVER, 50, () => null);
  const tooLate = withTimeout(FOREVER, 50, () => {
    throw GONE;
  });
  const ended = Promise.allSettled([late, tooLate]);
  await vi.advanceTimersByTimeAsync(50);
  expect(await ended).toMatchObject([{ value: null }, { reason: GONE }]);
  expect(vi.getTimerCount()).toBe(0);
});

describe('C6: a retry', () => {
  const backoff = { baseMs: 100, maxMs: 200 };
  const options = { backoff, random: () => 1, mayPass: (error: unknown) => error === GONE };
  const { signal } = new AbortController();

  test('repeats after temporary failures, with growing waits', async () => {
    const operation = vi.fn<() => Promise<string>>().mockRejectedValue(GONE);
    const result = retry(operation, { ...options, signal });
    const calls: number[] = [];
    for (const ms of [0, 100, 200, 200]) {
      await vi.advanceTimersByTimeAsync(ms);
      calls.push(operation.mock.calls.length);
    }
    operation.mockResolvedValue('done');
    await vi.advanceTimersByTimeAsync(200);
    expect(await result).toBe('done');
    expect(calls).toEqual([1, 2, 3, 4]);
  });

  test('waits before the first try if there were failures before', async () => {
    const operation = vi.fn<() => Promise<string>>().mockResolvedValue('done');
    const result = retry(operation, { ...options, failures: 1, signal });
    await vi.advanceTimersByTimeAsync(99);
    expect(operation).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toBe('done');
  });

  test('throws a permanent failure, and the reason of an abort', async () => {
    const wrong = new Error('wrong');
    await expect(retry(() => Promise.reject(wrong), { ...options, signal })).rejects.toBe(wrong);
    const abort = new AbortController();
    const retrying = retry(() => Promise.reject(GONE), { ...options, signal: abort.signal });
    abort.abort(wrong);
    await expect(retrying).rejects.toBe(wrong);
  });
});

describe('A13: a signal', () => {
  test('wakes all current waiters, and no later ones', async () => {
    const { signal } = new AbortController();
    const signalled = new Signal();
    const waiting = [signalled.wait(signal), signalled.wait(signal, 1000)];
    signalled.notify();
    expect(await Promise.all(waiting)).toEqual([true, true]);
    const late = signalled.wait(signal, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('releases a waiter that aborts', async () => {
    const abort = new AbortController();
    const waiting = new Signal().wait(abort.signal, 1000);
    abort.abort(GONE);
    await expect(waiting).rejects.toBe(GONE);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('D3: a mutex', () => {
  test('runs one task at a time, in order, whatever the outcome of the previous one', async () => {
    const mutex = new Mutex();
    const order: number[] = [];
    const failed = mutex.run(async () => {
      await Promise.resolve();
      order.push(1);
      throw GONE;
    });
    const next = mutex.run(() => Promise.resolve(order.push(2)));
    await expect(failed).rejects.toBe(GONE);
    await next;
    expect(order).toEqual([1, 2]);
  });

  test('of keys blocks only the same key, and skips aborted waiters', async () => {
    const mutex = new KeyedMutex();
    const { signal } = new AbortController();
    const leaving = new AbortController();
    const held = Promise.withResolvers<void>();
    const order: string[] = [];
    const note = (name: string) => () => Promise.resolve(order.push(name));
    const first = mutex.run('a', signal, () => held.promise);
    const left = mutex.run('a', leaving.signal, note('left'));
    const last = mutex.run('a', signal, note('last'));
    await mutex.run('b', signal, note('other'));
    leaving.abort(GONE);
    await expect(left).rejects.toBe(GONE);
    held.resolve();
    await Promise.all([first, last]);
    expect(order).toEqual(['other', 'last']);
    await vi.advanceTimersByTimeAsync(0);
    expect(mutex.size).toBe(0);
  });
});
