import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/backoff.ts';

const backoff = { baseMs: 500, maxMs: 10_000 };

describe('C6: backoff', () => {
  test('doubles its limit with each attempt, up to the longest wait', () => {
    const limits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, backoff, () => 1));
    expect(limits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  test('spreads waits over everything below the limit', () => {
    expect(backoffMs(1, backoff, () => 0)).toBe(0);
    expect(backoffMs(3, backoff, () => 0.25)).toBe(500);
  });

  test('stays finite after any number of attempts', () => {
    expect(backoffMs(5000, backoff, () => 1)).toBe(10_000);
  });
});
