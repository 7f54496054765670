import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

/** Paths between backticks that begin at the root; others cannot be checked. */
const FROM_ROOT = /`((?:packages|apps|tooling|docs|examples)\/[\w./-]+)`/g;
const FROM_ELSEWHERE = /`(src\/[\w./-]+)`/g;

const pages = globSync('{README.md,CONTRIBUTING.md,docs/**/*.md}', { cwd: root });

test.each(pages)('every path that %s names exists', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const named = [...text.matchAll(FROM_ROOT)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect([...text.matchAll(FROM_ELSEWHERE)].map(([, path]) => path)).toEqual([]);
});

test('pages are read, and paths are found in them', () => {
  const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');
  expect([...text.matchAll(FROM_ROOT)].length).toBeGreaterThan(20);
});
