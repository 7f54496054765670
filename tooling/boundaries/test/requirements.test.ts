import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

interface Row {
  readonly id: string;
  readonly places: readonly string[];
  readonly tests: readonly string[];
}

const LINK = /\]\(\.\.\/([^)]+)\)/g;
const linksIn = (cell: string): readonly string[] =>
  [...cell.matchAll(LINK)].flatMap(([, path]) => path ?? []);

const rows: readonly Row[] = readFileSync(join(root, 'docs/requirements.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id = '', , place = '', proof = ''] = line.split('|').map((cell) => cell.trim());
    return /^[A-F]\d+$/.test(id) ? [{ id, places: linksIn(place), tests: linksIn(proof) }] : [];
  });

test('the table has a row for every requirement', () => {
  const expected = Object.entries({ A: 13, B: 5, C: 9, D: 8, E: 17, F: 10 }).flatMap(
    ([letter, count]) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(expected);
});

test.each(rows)('$id: what the table points to is there', ({ places, tests }) => {
  expect([...places, ...tests].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(rows.filter(({ tests }) => tests.length > 0))(
  '$id: the tests that the table names carry the id',
  ({ id, tests }) => {
    const carries = new RegExp(`\\b${id}\\b`);
    expect(tests.filter((path) => !carries.test(readFileSync(join(root, path), 'utf8')))).toEqual(
      [],
    );
  },
);
