import { expect, test } from 'vitest';
import { checkCitations } from '../src/ask-repository/check-citations.ts';
import { findCitations, formatCitation } from '../src/retrieval/find-citations.ts';

test.each([
  ['`src/a.ts:3`', ['src/a.ts:3']],
  ['see `src/a.ts:3-9`, and src/b.ts:4–5.', ['src/a.ts:3-9', 'src/b.ts:4-5']],
  ['(src/a.ts:3) [src/a.ts:4] **src/a.ts:5**', ['src/a.ts:3', 'src/a.ts:4', 'src/a.ts:5']],
  ['`./src/a.ts:3`, ./src/b.ts:1:12', ['src/a.ts:3', 'src/b.ts:1']],
  ['`app/(group)/[id]/page.tsx:7`', ['app/(group)/[id]/page.tsx:7']],
  ['`docs/read me.md:2-4`', ['docs/read me.md:2-4']],
  ['`Makefile:12`, ключ/файл.txt:2', ['Makefile:12', 'ключ/файл.txt:2']],
  ['twice `a/b.ts:1`, `a/b.ts:1`', ['a/b.ts:1']],
  ['`a.ts:9-3`, `a.ts:0`', []],
  ['at 12:30 on http://127.0.0.1:4310/x.ts:3 or 10.0.0.1:80', []],
  ['```ts\nsee src/a.ts:3\n```\nand `src/b.ts:1`', ['src/b.ts:1']],
  ['````\n```\nsrc/a.ts:3\n````\nsrc/b.ts:2', ['src/b.ts:2']],
  ['~~~\nsrc/a.ts:3', []],
])('D3: the places that %j cites', (text, expected) => {
  expect(findCitations(text).map(formatCitation)).toEqual(expected);
});

test.each(['(', '$', '+a', '[a', '`a', 'a/', '- ', '```\n', 'a:', '../'])(
  'D3: 200,000 repetitions of %j are read without quadratic work, which would take minutes',
  (piece) => {
    expect(findCitations(piece.repeat(200_000))).toEqual([]);
  },
);

const paths = ['src/a.ts', 'src/b.ts', 'lib/b.ts', 'Makefile'];
const shown = [
  { path: 'src/a.ts', lines: [10, 20] as [number, number] },
  { path: 'src/a.ts', lines: [40, 50] as [number, number] },
  { path: 'Makefile', lines: [1, 3] as [number, number] },
];

test('D3: a citation counts if every line of it was shown', () => {
  const answer =
    '`src/a.ts:10`, `src/a.ts:12-20`, `src/a.ts:20-40`, `src/a.ts:9`, `src/b.ts:1`, `Makefile:2`';
  expect(checkCitations(answer, shown, paths)).toEqual({
    sources: [
      { path: 'src/a.ts', lines: [10, 10] },
      { path: 'src/a.ts', lines: [12, 20] },
      { path: 'Makefile', lines: [2, 2] },
    ],
    invented: ['src/a.ts:20-40', 'src/a.ts:9', 'src/b.ts:1'],
  });
});

test('D3: a file cited without its folders is the one that was shown', () => {
  expect(checkCitations('`a.ts:11`, `b.ts:1`', shown, paths)).toEqual({
    sources: [{ path: 'src/a.ts', lines: [11, 11] }],
    invented: ['b.ts:1'],
  });
});

test('D3: text that only looks like a file is neither a source nor invented', () => {
  expect(checkCitations('example.com:8080 and localhost:80', shown, paths)).toEqual({
    sources: [],
    invented: [],
  });
});
