import { describe, expect, test } from 'vitest';
import { declarationIn, pathInterest } from '../../src/demo-model/reading/code-lines.ts';
import { bestExcerpt } from '../../src/demo-model/reading/excerpts.ts';
import { rankFiles, weighByRarity } from '../../src/demo-model/writing/next-calls.ts';
import type { Term } from '../../src/demo-model/reading/search-terms.ts';

const term = (text: string, weight = 10): Term => ({ text, kind: 'identifier', weight });

const file = {
  path: 'src/a.ts',
  from: 101,
  lines: `import { wanted } from './wanted.ts';

/** Says what it does. */
export function outer(input: string): void {
  const first = input.trim();
  if (first === '') {
    wanted(first);
  }
}

export class Other {
  method(): void {
    nothing();
  }
}`.split('\n'),
};

describe('bestExcerpt', () => {
  test('shows the function around the matching line, with its comment and line numbers', () => {
    const excerpt = bestExcerpt(file, [term('wanted')], 18);
    expect(excerpt).toMatchObject({
      from: 103,
      to: 109,
      inside: 'outer',
      terms: ['wanted'],
    });
    expect(excerpt?.lines[0]).toBe('/** Says what it does. */');
    expect(excerpt?.lines.at(-1)).toBe('}');
  });

  test('names the innermost declaration', () => {
    expect(bestExcerpt(file, [term('nothing')], 18)?.inside).toBe('method');
  });

  test('is never longer than allowed, and always contains the matching line', () => {
    const long = {
      ...file,
      lines: ['function f() {', ...Array<string>(90).fill('  x();'), '  wanted();', '}'],
    };
    for (const most of [5, 10, 18]) {
      const excerpt = bestExcerpt(long, [term('wanted')], most);
      expect(excerpt?.lines.length).toBeLessThanOrEqual(most);
      expect(excerpt?.lines).toContain('  wanted();');
      expect(excerpt?.inside).toBe('f');
    }
  });

  test('prefers code that processes data to type definitions', () => {
    const lines = [
      'export interface Wanted {',
      '  readonly wanted: string;',
      '}',
      '',
      'export function run(options: Wanted): void {',
      '  start(options.wanted);',
      '}',
    ];
    expect(bestExcerpt({ path: 'a.ts', from: 1, lines }, [term('wanted')], 18)?.inside).toBe('run');
  });

  test('is undefined if no word occurs', () => {
    expect(bestExcerpt(file, [term('absent')], 18)).toBeUndefined();
  });
});

test.each([
  ['export async function* follow(id: string) {', 'follow'],
  ['  async append(entry: Entry): Promise<void> {', 'append'],
  ['export const limit = 3;', 'limit'],
  ['  const local = 3;', undefined],
  ['  const run = async (x) => {', 'run'],
  ['  if (x) {', undefined],
  ['  call(x);', undefined],
  ['def total(self):', 'total'],
])('declarationIn(%j) is %j', (line, name) => {
  expect(declarationIn(line)).toBe(name);
});

const hit = (path: string, query: string, text = query) => ({ path, line: 1, query, text });
const none = { queries: [], files: [], listed: [] };

describe('rankFiles', () => {
  test('ranks a file with different words above one that repeats a word', () => {
    const hits = [
      ...Array.from({ length: 9 }, () => hit('src/b.ts', 'one')),
      hit('src/a.ts', 'one'),
      hit('src/a.ts', 'two'),
    ];
    const ranked = rankFiles({ ...none, hits }, [term('one'), term('two')]);
    expect(ranked.map(({ path }) => path)).toEqual(['src/a.ts', 'src/b.ts']);
  });

  test('ranks the declaration of a name above its imports', () => {
    const hits = [
      hit('src/a.ts', 'one', 'import { one } from "./b.ts"'),
      hit('src/b.ts', 'one', 'export function one() {'),
    ];
    expect(rankFiles({ ...none, hits }, [term('one')])[0]?.path).toBe('src/b.ts');
  });

  test('gives a word found in every file less weight than one found in a single file', () => {
    const hits = [
      ...Array.from({ length: 25 }, (_, index) => hit(`src/${index}.ts`, 'common')),
      hit('src/z.ts', 'rare'),
    ];
    const terms = weighByRarity([term('common', 12), term('rare', 10)], { ...none, hits });
    expect(terms.map(({ weight }) => weight)).toEqual([2.4, 10]);
    expect(rankFiles({ ...none, hits }, terms)[0]?.path).toBe('src/z.ts');
  });

  test('finds a file by its name', () => {
    const ranked = rankFiles({ ...none, hits: [], listed: ['src/fan-out.ts', 'src/x.ts'] }, [
      term('fanOut'),
    ]);
    expect(ranked.map(({ path }) => path)).toEqual(['src/fan-out.ts']);
  });

  test('ranks source above tests, prose, data and generated files', () => {
    const order = ['src/a.ts', 'test/a.test.ts', 'docs/a.md', 'a.json', 'pnpm-lock.yaml'].map(
      pathInterest,
    );
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(order).size).toBe(order.length);
  });
});
