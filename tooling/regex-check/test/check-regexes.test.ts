import { expect, test } from 'vitest';
import { loadAnalyzer, type Verdict } from '../src/analyze-regex.ts';
import { type CheckOptions, checkRegexes } from '../src/check-regexes.ts';
import { collectRegexes } from '../src/collect-regexes.ts';

const analyze = await loadAnalyzer();

function check(source: string, options: Partial<CheckOptions> = {}) {
  return checkRegexes({
    found: [collectRegexes('src/a.ts', source)],
    analyze,
    linear: new Set(),
    allowedDynamic: [],
    ...options,
  });
}

test.each([
  ['exponential', '/^(a+)+$/', 'exponential'],
  ['cubic', '/^a*a*a*$/', '3rd degree polynomial'],
  ['quadratic because of two quantifiers', '/^a*a*$/', '2nd degree polynomial'],
  ['quadratic because it is unanchored', '/a+b/', '2nd degree polynomial'],
  ['slow with a backreference', '/^(a*)\\1*b/', 'degree polynomial'],
  ['slow with flags that the analysis does not know', '/^(?:a|aa)+$/dv', 'exponential'],
])('K1: a pattern that is %s is refused with its location, an attack, and advice', (...args) => {
  const [, literal, complexity] = args;
  const { problems, linear } = check(`\nconst A = ${literal};\n`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`src/a.ts:2: ${literal}\n  takes `);
  expect(problems[0]).toContain(complexity);
  expect(problems[0]).toMatch(/for instance on .*'a'/);
  expect(problems[0]).toContain('replace it by a scan or a parser');
  expect(linear).toEqual([]);
});

test.each(['/^[a-z]+-\\d+$/', '/a{1,3}/g', '/^(?:a|b)*$/', '/[&<>]/g', '/\\p{L}/u'])(
  'K1: %s is linear, and passes',
  (literal) => {
    expect(check(`const A = ${literal};`)).toEqual({
      problems: [],
      linear: [literal],
      analyzed: 1,
    });
  },
);

test('K1: a pattern that cannot be analysed is refused', () => {
  const unknown = (): Verdict => ({ kind: 'unknown', reason: 'timeout' });
  const { problems } = check('const A = /a/;', { analyze: unknown });
  expect(problems).toEqual([expect.stringContaining('could not be analysed (timeout)')]);
});

test('K1: a pattern known to be linear is not analysed again; one that no longer exists is forgotten', () => {
  const never = (): Verdict => {
    throw new Error('It was analysed.');
  };
  const linear = new Set(['/a/g', '/gone/']);
  expect(check('const A = /a/g;', { analyze: never, linear })).toEqual({
    problems: [],
    linear: ['/a/g'],
    analyzed: 0,
  });
});

test('K1: a dynamic pattern needs its line in the list, and a line needs its pattern', () => {
  const listed = { file: 'src/a.ts', code: 'new RegExp(input)', reason: '' };
  expect(check('new RegExp(input);').problems).toEqual([
    expect.stringContaining('src/a.ts:1: new RegExp(input)\n  is put together at run time'),
  ]);
  expect(check('new RegExp(input);', { allowedDynamic: [listed] }).problems).toEqual([]);
  expect(check('', { allowedDynamic: [listed] }).problems).toEqual([
    expect.stringContaining('is not there any more'),
  ]);
});
