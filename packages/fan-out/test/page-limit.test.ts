import type { Entry } from '@runtape/event-log';
import { formatEventId } from '@runtape/events';
import { expect, test } from 'vitest';
import { nextLimit } from '@runtape/fan-out';

function entry(seq: number, content: string): Entry {
  const event = {
    type: 'token',
    data: { part: 'draft', content, isComplete: false },
    timestamp: '2026-01-02T03:04:05.678Z',
  } as const;
  return { id: formatEventId({ incarnation: 'testtest', seq }), seq, event };
}

const tokens = Array.from({ length: 64 }, (_, index) => entry(index + 1, 'word '));
const heavy = entry(1, 'x'.repeat(512 * 1024));

test('F3: pages of light entries grow step by step, for heavy ones may follow', () => {
  expect(nextLimit(tokens, 64)).toBe(256);
  expect(nextLimit(tokens, 256)).toBe(1024);
});

test('F3: pages of heavy entries hold about a megabyte, and one entry at least', () => {
  expect(nextLimit([heavy, heavy, heavy], 500)).toBe(1);
  expect(nextLimit([heavy, ...tokens], 500)).toBeLessThan(130);
});

test('a page without entries tells nothing', () => {
  expect(nextLimit([], 10)).toBe(10);
});
