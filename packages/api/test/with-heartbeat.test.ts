import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HEARTBEAT, withHeartbeat } from '../src/sse/with-heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  if (left > 0) throw new Error(`${left} timers were left behind.`);
});

/** A generator whose values, end and failure a test brings about. */
function controlled<T>() {
  let next = Promise.withResolvers<T>();
  let left = false;
  async function* values(): AsyncGenerator<T, void> {
    try {
      for (;;) {
        const value = await next.promise;
        next = Promise.withResolvers<T>();
        yield value;
      }
    } finally {
      left = true;
    }
  }
  return {
    values: values(),
    yield: (value: T) => next.resolve(value),
    fail: (error: Error) => next.reject(error),
    hasEnded: () => left,
  };
}

describe('C5: heartbeats', () => {
  test('come whenever it was quiet for the interval, and events come between them', async () => {
    const source = controlled<string>();
    const beating = withHeartbeat(source.values, 1000);
    const first = beating.next();
    await vi.advanceTimersByTimeAsync(999);
    source.yield('a');
    expect(await first).toEqual({ done: false, value: 'a' });

    const second = beating.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await second).toEqual({ done: false, value: HEARTBEAT });
    const third = beating.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await third).toEqual({ done: false, value: HEARTBEAT });

    const fourth = beating.next();
    source.yield('b');
    expect(await fourth).toEqual({ done: false, value: 'b' });
    const leaving = beating.return();
    expect(await leaving).toEqual({ done: true, value: undefined });
    expect(source.hasEnded()).toBe(true);
  });

  test('an event that came during a heartbeat is not lost', async () => {
    const source = controlled<string>();
    const beating = withHeartbeat(source.values, 1000);
    const first = beating.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await first).value).toBe(HEARTBEAT);
    source.yield('a');
    expect((await beating.next()).value).toBe('a');
    await beating.return();
  });

  test('a failure of the source is passed on, and leaves no timer', async () => {
    const source = controlled<string>();
    const beating = withHeartbeat(source.values, 1000);
    const next = beating.next();
    source.fail(new Error('gone'));
    await expect(next).rejects.toThrow('gone');
  });
});
