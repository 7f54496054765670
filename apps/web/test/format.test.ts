import { describe, expect, test } from 'vitest';
import { formatDuration, formatOffset } from '../src/format/duration.ts';
import { formatCost, formatCount } from '../src/format/numbers.ts';
import { formatAgo } from '../src/format/time.ts';

describe('formatDuration', () => {
  test.each([
    [-5, '0.0 s'],
    [0, '0.0 s'],
    [840, '0.8 s'],
    [9_999, '9.9 s'],
    [10_000, '10 s'],
    [59_999, '59 s'],
    [60_000, '1 m 00 s'],
    [187_000, '3 m 07 s'],
    [3_599_999, '59 m 59 s'],
    [3_600_000, '1 h 00 m'],
    [7_500_000, '2 h 05 m'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatOffset', () => {
  test.each([
    [-5, '0:00.000'],
    [42, '0:00.042'],
    [7_042.9, '0:07.042'],
    [3_599_999, '59:59.999'],
    [3_727_042, '1:02:07.042'],
  ])('E8: %d ms is %s', (ms, text) => {
    expect(formatOffset(ms)).toBe(text);
  });
});

describe('formatCost', () => {
  test.each([
    [null, 'cost unknown'],
    [0, '$0.00'],
    [0.00001, 'under $0.0001'],
    [0.01, '$0.0100'],
    [0.0123, '$0.0123'],
    [0.012345, '$0.0123'],
    [1.5, '$1.50'],
  ])('%s is %s', (cost, text) => {
    expect(formatCost(cost)).toBe(text);
  });

  test('E8: counts have their thousands apart', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });
});

describe('formatAgo', () => {
  const now = Date.UTC(2026, 0, 10);

  test.each([
    [-3_000, 'now'],
    [0, 'now'],
    [5_000, '5 sec. ago'],
    [59_999, '59 sec. ago'],
    [60_000, '1 min. ago'],
    [3_600_000, '1 hr. ago'],
    [86_400_000, 'yesterday'],
    [3 * 86_400_000, '3 days ago'],
  ])('%i ms ago is %s', (ago, text) => {
    expect(formatAgo(now - ago, now)).toBe(text);
  });
});
