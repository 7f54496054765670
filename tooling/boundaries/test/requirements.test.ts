import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectTests, countTests } from '../src/requirements/collect-tests.ts';
import { renderTable } from '../src/requirements/render-table.ts';
import { planned, requirements } from '../src/requirements/requirements.ts';
import { root } from '../src/workspace.ts';

const counts = collectTests(root);
const ids = Object.keys(requirements);

test('docs/requirements.md matches the titles of the tests', () => {
  const committed = readFileSync(join(root, 'docs/requirements.md'), 'utf8');
  expect(committed, 'Out of date. Mend it with: pnpm requirements --write').toBe(
    renderTable(requirements, counts),
  );
});

test('every requirement has a test, unless it is open work', () => {
  expect(ids.filter((id) => counts.has(id) === planned.has(id))).toEqual([]);
});

test('every id of a test is a requirement', () => {
  const unknown = [...counts].filter(([id]) => !ids.includes(id));
  expect(unknown.map(([id, files]) => `${id}: ${[...files.keys()].join(', ')}`)).toEqual([]);
});

test('a test counts for its own ids and for those of the suites around it', () => {
  const source = `
    test('A1: one', () => {});
    test.skipIf(true)('A1, B2: two at once', () => {});
    describe.each(cases)('C3 D4: %s', () => {
      test('in it', () => {});
      test.each(cases)(\`C3: \${name}\`, () => {});
    });
    describe('E5: shared', () => shared());
    test.each([['F6: a title in a table', 1]])('%s', () => {});
    test('of no requirement', () => expect('A1').toBe('A1'));
  `;
  expect(Object.fromEntries(countTests('a.test.ts', source))).toEqual({
    A1: 2,
    B2: 1,
    C3: 2,
    D4: 2,
    E5: 1,
    F6: 1,
  });
});
