import type { Entry } from '@runtape/event-log';
import { formatEventId } from '@runtape/events';
import { expect, test } from 'vitest';
import { RingBuffer } from '../src/ring-buffer.ts';
import { range } from './reader.ts';

function entryOf(seq: number, content = ''): Entry {
  return {
    id: formatEventId({ incarnation: 'k3v9x2ab', seq }),
    seq,
    event: {
      type: 'token',
      data: { part: 'draft', content, isComplete: false },
      timestamp: '2026-11-02T09:00:00.000Z',
    },
  };
}

const seqs = (entries: readonly Entry[]): readonly number[] => entries.map(({ seq }) => seq);

test('an empty buffer stands after its last', () => {
  const buffer = new RingBuffer({ maxEntries: 3, maxBytes: 10_000 });
  buffer.clear(7);
  expect([buffer.first, buffer.last]).toEqual([8, 7]);
  expect(buffer.after(7, 10)).toEqual([]);
});

test('A10: it keeps the latest entries, up to its maximum count', () => {
  const buffer = new RingBuffer({ maxEntries: 3, maxBytes: 10_000 });
  for (const seq of range(1, 5)) buffer.push(entryOf(seq));
  expect([buffer.first, buffer.last]).toEqual([3, 5]);
  expect(seqs(buffer.after(2, 10))).toEqual([3, 4, 5]);
  expect(seqs(buffer.after(3, 1))).toEqual([4]);
});

test('A10: it keeps the latest entries, up to its maximum size', () => {
  const buffer = new RingBuffer({ maxEntries: 100, maxBytes: 10_000 });
  for (const seq of range(1, 10)) buffer.push(entryOf(seq, 'x'.repeat(3000)));
  expect([buffer.first, buffer.last]).toEqual([8, 10]);
  buffer.push(entryOf(11, 'x'.repeat(20_000)));
  expect([buffer.first, buffer.last]).toEqual([12, 11]);
  buffer.push(entryOf(12));
  expect(seqs(buffer.after(11, 10))).toEqual([12]);
});
