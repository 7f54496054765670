import { describe, expect, test } from 'vitest';
import { readHits, readLines, readPaths } from '../../src/demo-model/reading/tool-results.ts';

describe('readHits', () => {
  test('reads the lines that a search found, despite surrounding remarks', () => {
    expect(readHits('1 match\nsrc/a.ts:12: const a = 1;\n(truncated)')).toEqual([
      { path: 'src/a.ts', line: 12, text: 'const a = 1;' },
    ]);
  });

  test.each([
    'No matches.',
    '',
    'Error: nothing here',
    'at 12:30 o’clock',
    'http://a.example:80/x',
    '{"a":',
    '[]',
  ])('finds nothing in %j', (result) => {
    expect(readHits(result)).toEqual([]);
  });

  test('keeps the indentation of a line', () => {
    expect(readHits('a.ts:1:   x')[0]?.text).toBe('  x');
  });
});

describe('readPaths', () => {
  test('reads a list of files, without its folders', () => {
    expect(readPaths('src/a.ts\nb.md\nsrc/')).toEqual(['src/a.ts', 'b.md']);
  });

  test('finds nothing in a sentence', () => {
    expect(readPaths('No such folder.\nNothing.\n(and 3 more; narrow the glob)')).toEqual([]);
  });
});

describe('readLines', () => {
  test.each([
    '12\tone\n13\t  two\n14\t',
    '12\tone\r\n13\t  two\r\n14\t\r\n(src/a.ts has 90 lines)',
  ])('reads the numbered lines of %j', (result) => {
    expect(readLines(result)).toEqual({ from: 12, lines: ['one', '  two', ''] });
  });

  test.each(['', 'Error: There is no file a.ts that can be read.'])(
    'finds no lines in %j',
    (text) => {
      expect(readLines(text)).toBeUndefined();
    },
  );
});
