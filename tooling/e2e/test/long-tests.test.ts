import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longTests, longTestsToSkip } from '../src/long-tests.ts';

const root = join(import.meta.dirname, '../../..');

test('every long test is there', () => {
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
