import { expect, test } from 'vitest';
import { RateLimit } from '../src/limits/rate-limit.ts';

function startClock() {
  const clock = { now: 0 };
  return { clock, now: () => clock.now };
}

test('A12: the attempts of a minute may come in one burst, and the next one is told how long to wait', () => {
  const { clock, now } = startClock();
  const limit = new RateLimit({ perMinute: 3, now });

  expect([limit.take('ann'), limit.take('ann'), limit.take('ann')]).toEqual([0, 0, 0]);
  expect(limit.take('ann')).toBe(20_000);
  clock.now += 19_999;
  expect(limit.take('ann')).toBeGreaterThan(0);
  clock.now += 1;
  expect(limit.take('ann')).toBe(0);
  expect(limit.take('ann')).toBeGreaterThan(0);
});

test('A12: a client that exceeds its limit does not affect another', () => {
  const { now } = startClock();
  const limit = new RateLimit({ perMinute: 1, now });

  expect([limit.take('ann'), limit.take('ann')]).toEqual([0, 60_000]);
  expect(limit.take('ben')).toBe(0);
});

test('A12: after a quiet time at most one burst is allowed', () => {
  const { clock, now } = startClock();
  const limit = new RateLimit({ perMinute: 2, now });
  limit.take('ann');
  clock.now += 60 * 60_000;

  expect([limit.take('ann'), limit.take('ann')]).toEqual([0, 0]);
  expect(limit.take('ann')).toBeGreaterThan(0);
});

test('A13: of many keys only the latest are remembered', () => {
  const { now } = startClock();
  const limit = new RateLimit({ perMinute: 1, now, maxKeys: 2 });
  for (const key of ['a', 'b', 'c']) limit.take(key);

  expect(limit.take('c')).toBeGreaterThan(0);
  expect(limit.take('b')).toBeGreaterThan(0);
  expect(limit.take('a')).toBe(0);
});
