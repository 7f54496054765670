import { describe, expect, test } from 'vitest';
import { backoffMs, withJitter } from '../src/index.ts';

const backoff = { baseMs: 500, maxMs: 10_000 };

describe('C6: backoff', () => {
  test('doubles its limit with each attempt, up to the longest wait', () => {
    const limits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, backoff, () => 1));
    expect(limits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  test('spreads waits over everything below the limit', () => {
    const full = { ...backoff, jitter: 'full' } as const;
    expect(backoffMs(1, full, () => 0)).toBe(0);
    expect(backoffMs(3, full, () => 0.25)).toBe(500);
  });

  test('spreads waits over the upper half of the limit by default', () => {
    expect(backoffMs(1, backoff, () => 0)).toBe(250);
    expect(backoffMs(3, backoff, () => 0.25)).toBe(1250);
  });

  test('stays finite after any number of attempts', () => {
    expect(backoffMs(5000, backoff, () => 1)).toBe(10_000);
  });
});

test('C6: jitter varies a time by the same share in both directions', () => {
  const times = [0, 0.5, 1].map((random) => withJitter(1000, 0.25, () => random));
  expect(times).toEqual([750, 1000, 1250]);
});
