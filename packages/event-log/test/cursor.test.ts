import { describe, expect, test } from 'vitest';
import { cursorMismatch, parseCursor } from '../src/cursor.ts';

const log = { incarnation: 'k3v9x2ab', first: 4, tail: 9 };
const at = (seq: number, incarnation: string | null = 'k3v9x2ab') => ({ incarnation, seq });

describe('F2: whether a cursor fits a log', () => {
  test('a cursor within the log fits, from before its first entry to its last', () => {
    expect([3, 4, 9].map((seq) => cursorMismatch(log, at(seq)))).toEqual([null, null, null]);
  });

  test('a cursor past the end is ahead, a cursor before the first remaining entry is trimmed', () => {
    expect(cursorMismatch(log, at(10))).toBe('ahead');
    expect(cursorMismatch(log, at(2))).toBe('trimmed');
  });

  test('a cursor of another log never fits', () => {
    expect(cursorMismatch(log, at(5, 'zzzz0000'))).toBe('other_incarnation');
    expect(cursorMismatch({ ...log, incarnation: null }, at(5))).toBe('other_incarnation');
  });

  test('the start of any log fits, unless that start was trimmed', () => {
    expect(cursorMismatch({ ...log, first: 1 }, parseCursor(null))).toBeNull();
    expect(cursorMismatch(log, parseCursor(null))).toBe('trimmed');
  });
});
