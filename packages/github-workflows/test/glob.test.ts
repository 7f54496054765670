import { longestTurn } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import {
  matchesPath,
  parseNamePattern,
  parsePathPattern,
  withContents,
} from '../src/repository/glob.ts';

test.each([
  ['*.ts', ['a.ts', '.ts', 'a.b.ts'], ['ts', 'a.tsx']],
  ['a*b*c', ['abc', 'aXbYc', 'abbcc'], ['ab', 'acb', 'abcd']],
  ['*a*', ['a', 'bab'], ['b', '']],
  ['aa*aa', ['aaaa', 'aaXaa'], ['aaa']],
  ['??', ['ab'], ['a', 'abc']],
  ['*?', ['a', 'ab'], ['']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[!a-c]x', ['dx'], ['ax', 'x']],
  ['[]-]', [']', '-'], ['a']],
  ['[a-]*', ['-', 'ab'], ['b']],
  ['[[:digit:]]?', ['1a'], ['aa']],
  ['*[0-9].log', ['a1.log', '1.log'], ['a.log']],
  [String.raw`\*.ts`, ['*.ts'], ['a.ts']],
  [String.raw`a\\b`, [String.raw`a\b`], ['ab']],
  ['README', ['readme'], ['readme.md']],
  ['**', ['', 'a'], []],
])('A6: the pattern %j matches names as in git, ignoring case', (pattern, fits, others) => {
  const hasName = parseNamePattern(pattern);
  expect(fits.filter((name) => !hasName(name))).toEqual([]);
  expect(others.filter((name) => hasName(name))).toEqual([]);
});

test.each(['[a', '[', 'a\\', '[[:nothing:]]'])(
  'A6: the broken pattern %j matches nothing',
  (pattern) => {
    expect(['[a', '[', 'a', 'a\\', ''].filter(parseNamePattern(pattern))).toEqual([]);
  },
);

const fits = (pattern: string, path: string): boolean => {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return matchesPath(parsePathPattern(pattern), folders, name);
};

test.each([
  ['a', ['a', 'x/a'], ['b', 'a/x']],
  ['/a', ['a'], ['x/a']],
  ['a/b', ['a/b'], ['x/a/b', 'a/x/b']],
  ['**/b', ['b', 'a/b', 'x/a/b'], ['b/a']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'x/a/b']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a', 'b', 'a/b/c']],
  ['a/*/b', ['a/x/b'], ['a/b', 'a/x/y/b']],
  ['***/a/**/**/b', ['a/b', 'x/a/y/b'], ['a']],
  ['**/a/**/a', ['a/a', 'a/x/a', 'x/a/a'], ['a', 'x/a']],
])('A6: the pattern %j matches paths as in git', (pattern, matching, others) => {
  expect(matching.filter((path) => !fits(pattern, path))).toEqual([]);
  expect(others.filter((path) => fits(pattern, path))).toEqual([]);
});

test.each([
  ['src', ['src', 'src/a', 'x/src/a/b'], ['a/src.ts']],
  ['src/', ['src/a', 'x/src/a/b'], ['src']],
  ['/src/*.ts', ['src/a.ts', 'src/a.ts/b'], ['x/src/a.ts']],
])(
  'A6: with contents, the pattern %j also matches everything below',
  (pattern, matching, others) => {
    const withAll = withContents(parsePathPattern(pattern));
    const fitsAll = (path: string): boolean => {
      const folders = path.split('/');
      const name = folders.pop() ?? '';
      return matchesPath(withAll, folders, name);
    };
    expect(matching.filter((path) => !fitsAll(path))).toEqual([]);
    expect(others.filter(fitsAll)).toEqual([]);
  },
);

test.each([
  ['stars', `${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000)],
  ['stars and sets', `${'*[ab]'.repeat(800)}c`, 'a'.repeat(4_000)],
  ['question marks', `*${'?'.repeat(2_000)}b`, 'a'.repeat(4_000)],
  ['any-folder wildcards', `${'**/'.repeat(1_000)}a`, 'b/'.repeat(2_000)],
  ['alternating folder wildcards', `${'**/a/'.repeat(800)}b`, 'a/'.repeat(2_000)],
  ['unclosed sets', '['.repeat(4_000), '['.repeat(4_000)],
  ['nested sets', '[[:'.repeat(1_300), '['.repeat(4_000)],
])(
  'K1: a pattern of many %s is matched without blocking the event loop',
  async (_, pattern, path) => {
    expect(await longestTurn(() => fits(pattern, path))).toBeLessThan(2_000);
  },
);
