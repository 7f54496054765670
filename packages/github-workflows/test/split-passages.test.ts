import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPassages } from '../src/retrieval/split-passages.ts';

const lines = (count: number, text = 'some code();'): string[] =>
  Array.from({ length: count }, () => text);

test('D3: a short file is one passage, an empty one none', () => {
  expect(splitPassages(lines(40))).toEqual([{ from: 1, to: 40 }]);
  expect(splitPassages([''])).toEqual([]);
  expect(splitPassages(['', '  ', ''])).toEqual([]);
});

test('D3: a long file is cut between definitions where possible, and otherwise with an overlap', () => {
  const file = [...lines(24), '', 'next()', ...lines(60)];
  expect(splitPassages(file)).toEqual([
    { from: 1, to: 25 },
    { from: 26, to: 65 },
    { from: 61, to: 86 },
  ]);
});

test('D3: very long lines make short passages', () => {
  const passages = splitPassages(lines(10, 'x'.repeat(4_000)));
  expect(passages).toHaveLength(10);
});

test('D3: for any file, every line that is not empty is in a passage', () => {
  const line = fc.constantFrom('', '  ', 'a();', '  b();', 'x'.repeat(3_000));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 300 }), (file) => {
      const passages = splitPassages(file);
      const covered = new Set(
        passages.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        ),
      );
      expect(passages.every(({ from, to }) => from <= to && to <= file.length)).toBe(true);
      const missed = file.filter((text, index) => text.trim() !== '' && !covered.has(index + 1));
      expect(missed).toEqual([]);
    }),
  );
});
