import { expect, test } from 'vitest';
import { collectRegexes } from '../src/collect-regexes.ts';

const patternsIn = (source: string) =>
  collectRegexes('a.ts', source).known.map(({ pattern }) => pattern);
const dynamicIn = (source: string) =>
  collectRegexes('a.ts', source).dynamic.map(({ code }) => code);

test('K1: a literal is found with its line and flags; a division and a text are not literals', () => {
  const source = "const a = 6 / 2 / 1;\nconst b = '/no/';\nconst c = <T,>(t: T) => /x+/giu;\n";
  expect(collectRegexes('a.ts', source).known).toEqual([
    { file: 'a.ts', line: 3, pattern: 'x+', flags: 'giu' },
  ]);
});

test.each([
  ['a text', "new RegExp('a+')", 'a+'],
  ['flags', "RegExp('a+', 'g')", 'a+'],
  ['a property of the global object', "new globalThis.RegExp('a+')", 'a+'],
  ['a template', 'new RegExp(`a+`)', 'a+'],
  ['a raw template', 'new RegExp(String.raw`\\d+`)', '\\d+'],
  ['concatenated texts', "new RegExp('a' + '+')", 'a+'],
  ['a constant', "const WORD = 'a+';\nnew RegExp(`^${WORD}$`)", '^a+$'],
  ['escaped input', 'new RegExp(`^${RegExp.escape(name)}+$`)', '^text+$'],
  ['a text passed to match', "text.match('a+')", 'a+'],
  ['a text passed to search', "text.search('a+')", 'a+'],
])('K1: a pattern that is put together of %s is known', (_, source, pattern) => {
  expect(patternsIn(source)).toEqual([pattern]);
  expect(dynamicIn(source)).toEqual([]);
});

test.each([
  ['input', 'new RegExp(input)'],
  ['input in a template', 'new RegExp(`a${input}`)'],
  ['a constant that is declared twice', "const A = 'a'; { const A = input; } new RegExp(A)"],
  ['a variable', "let a = 'a'; new RegExp(a)"],
  ['flags from input', "RegExp('a', flags)"],
  ['an escape that is not of RegExp', 'new RegExp(escape(input))'],
])('K1: a pattern that is put together of %s is dynamic', (_, source) => {
  expect(dynamicIn(source)).toHaveLength(1);
});

test('K1: a match with a regular expression from elsewhere is ignored', () => {
  expect(collectRegexes('a.ts', 'text.match(PATTERN); list.search(query)')).toEqual({
    known: [],
    dynamic: [],
  });
});

test('K1: a file that cannot be parsed fails the check', () => {
  expect(() => collectRegexes('a.ts', 'const = /a/;')).toThrow('a.ts cannot be parsed');
});
