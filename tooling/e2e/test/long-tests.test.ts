import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longTests, longTestsToSkip } from '../src/long-tests.ts';
import { rankOf } from '../src/longest-first.ts';

const root = join(import.meta.dirname, '../../..');

test('every long test exists', () => {
  expect(longTests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('CI skips no long test', () => {
  expect(longTestsToSkip([], true)).toEqual([]);
});

test('other runs skip them, unless their file, folder or kind is named', () => {
  const [first = '', ...others] = longTests;
  expect(longTestsToSkip([], false)).toEqual(longTests);
  expect(longTestsToSkip(['--project', 'unit'], false)).toEqual(longTests);
  expect(longTestsToSkip([first], false)).toEqual(others);
  const apart = longTests.filter((file) => !file.startsWith('apps/web/'));
  expect(longTestsToSkip(['apps/web'], false)).toEqual(apart);
  expect(longTestsToSkip(['--project', 'faults'], false)).not.toContain(
    'tooling/faults/test/runs.faults.test.ts',
  );
});

test('the longest test has the first rank, and tests that are not long the last', () => {
  const [first = '', second = ''] = longTests;
  expect(rankOf(join(root, first))).toBe(0);
  expect(rankOf(join(root, second))).toBe(1);
  expect(rankOf(import.meta.filename)).toBe(longTests.length);
});
