import { TimeSlice } from '@runtape/async';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileText } from '../src/repository/file-text.ts';
import { findMatchingLines, type MatchingLines } from '../src/tools/matching-lines.ts';
import { linesOf } from '../src/text/decode-text.ts';

function find(text: string, wanted: string, maxShown = 8): Promise<MatchingLines> {
  return findMatchingLines(new FileText(text), wanted, maxShown, new TimeSlice());
}

/** The reference implementation: line by line. */
function expected(text: string, wanted: string, maxShown: number): MatchingLines {
  const matching = linesOf(text)
    .map((line, index) => ({ number: index + 1, line, at: line.toLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at !== -1);
  return { shown: matching.slice(0, maxShown), total: matching.length };
}

test('A6: jumping from match to match finds exactly the lines that contain the text, in any text', async () => {
  // Letters that are longer in lower case, both line ends, and partial matches.
  const piece = fc.constantFrom(
    'a',
    'B',
    'aa',
    'ab',
    'İ',
    'é',
    '🦉',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  const wanted = fc.constantFrom('a', 'ab', 'aa', 'b', 'é', 'i̇', '\r', 'a\nb', '\n', 'a\r', '🦉');
  const most = fc.integer({ min: 1, max: 4 });
  await fc.assert(
    fc.asyncProperty(text, wanted, most, async (given, looked, maxShown) => {
      expect(await find(given, looked, maxShown)).toEqual(expected(given, looked, maxShown));
    }),
    { numRuns: 2_000 },
  );
});

test('A6: repeated searches of a text give the same results', async () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'C', 'ü', '🦉', '\n'),
    maxLength: 60,
  });
  const wanted = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'ü', '🦉'),
    minLength: 2,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      letters,
      fc.array(wanted, { minLength: 12, maxLength: 16 }),
      async (given, all) => {
        const text = new FileText(given);
        for (const looked of all) {
          const found = await findMatchingLines(text, looked, 4, new TimeSlice());
          expect(found).toEqual(expected(given, looked, 4));
        }
      },
    ),
  );
});

test('A6: a text that is searched often is not read if it cannot contain the search text', async () => {
  const text = new FileText('The quick brown fox');
  for (let times = 0; times < 8; times += 1) text.mayContain('fox');
  expect(['quick', 'e qui', 'fo', ''].map((wanted) => text.mayContain(wanted))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(
    ['backpressure', 'some foxes', 'another dog'].map((wanted) => text.mayContain(wanted)),
  ).toEqual([false, false, false]);
});

test('A6: a line counts once, however often it contains the text', async () => {
  expect(await find('x x x\nX\n', 'x')).toEqual({
    shown: [
      { number: 1, line: 'x x x', at: 0 },
      { number: 2, line: 'X', at: 0 },
    ],
    total: 2,
  });
});

test('K1: a search of a file with many matching lines yields to other tasks', async () => {
  let now = 0;
  const slice = new TimeSlice({ now: () => (now += 1) });
  const turns: string[] = [];
  const searched = findMatchingLines(new FileText('x\n'.repeat(1_000)), 'x', 8, slice).then(() =>
    turns.push('searched'),
  );
  setImmediate(() => turns.push('other'));
  await searched;
  expect(turns).toEqual(['other', 'searched']);
});
