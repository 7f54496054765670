import { describe, expect, test } from 'vitest';
import { readHits, readLines, readPaths } from '../../src/demo-model/thinking/tool-results.ts';

describe('readHits', () => {
  const hit = { path: 'src/a.ts', line: 12, text: 'const a = 1;' };

  test.each([
    ['our own tool', 'src/a.ts:12: const a = 1;'],
    ['grep -n', './src/a.ts:12:const a = 1;'],
    ['a column as well', 'src/a.ts:12:7: const a = 1;'],
    ['a list of objects', '[{"path":"src/a.ts","line":12,"text":"const a = 1;"}]'],
    [
      'nested objects',
      '{"matches":[{"file":"src/a.ts","lineNumber":12,"content":"const a = 1;"}]}',
    ],
    ['lines in JSON', '{"matches":["src/a.ts:12: const a = 1;"]}'],
    ['a remark around it', '1 match\nsrc/a.ts:12: const a = 1;\n(truncated)'],
  ])('understands %s', (_what, result) => {
    expect(readHits(result)).toEqual([hit]);
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
  test.each([
    ['lines', 'src/a.ts\n./b.md\nsrc/'],
    ['a marked list with sizes', '- src/a.ts (1.2 kB)\n- b.md 340\n'],
    ['JSON', '["src/a.ts","b.md"]'],
    ['JSON with a name', '{"files":["src/a.ts","b.md"]}'],
  ])('understands %s', (_what, result) => {
    expect(readPaths(result)).toEqual(['src/a.ts', 'b.md']);
  });

  test('finds nothing in a sentence', () => {
    expect(readPaths('No such folder.\nNothing.')).toEqual([]);
  });
});

describe('readLines', () => {
  test.each([
    ['12: one\n13:   two\n14:', 1],
    ['12: one\r\n13:   two\r\n14:\r\n', 1],
    ['   12 | one\n   13 |   two\n   14 |', 1],
    ['    12\tone\n    13\t  two\n    14\t', 1],
    ['src/a.ts, lines 12 to 14 of 90\n12: one\n13:   two\n14: \n15: ', 1],
  ])('believes the numbers in %j', (result, first) => {
    const read = readLines(result, first);
    expect(read.from).toBe(12);
    expect(read.lines.slice(0, 3)).toEqual(['one', '  two', '']);
  });

  test('counts from the line that was asked for when there are none', () => {
    expect(readLines('one\n  two\n', 40)).toEqual({ from: 40, lines: ['one', '  two'] });
  });

  test('understands JSON', () => {
    expect(readLines('{"content":"one\\ntwo","startLine":5}', 1)).toEqual({
      from: 5,
      lines: ['one', 'two'],
    });
    expect(readLines('{"lines":["7: one","8: two"]}', 1)).toEqual({
      from: 7,
      lines: ['one', 'two'],
    });
  });

  test('a file that begins with a number is not numbered', () => {
    expect(readLines('1: one\nplain\nplain', 1)).toEqual({
      from: 1,
      lines: ['1: one', 'plain', 'plain'],
    });
  });
});
