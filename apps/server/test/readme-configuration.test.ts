import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readServerEnv, serverEnvShape } from '../src/env.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
const rows = new Map(
  readme.split('\n').flatMap((line) => {
    const [, name = '', value = '', meaning = ''] = line.split('|').map((cell) => cell.trim());
    if (!/^`[A-Z_]+`$/.test(name)) return [];
    return [[unquoted(name), { value: value === '–' ? '' : unquoted(value), meaning }] as const];
  }),
);

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}

test('the README lists every environment variable, and no other', () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(serverEnvShape).sort());
});

test.each(Object.entries(serverEnvShape))('the README describes %s', (name, schema) => {
  expect(unquoted(rows.get(name)?.meaning ?? '')).toBe(schema.description);
});

test('the README gives every default', () => {
  const defaults = Object.entries(readServerEnv({}));
  const written = new Map([...rows].flatMap(([name, { value }]) => (value ? [[name, value]] : [])));
  const expected = defaults.flatMap(([name, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0)
      ? []
      : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
  );
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
});
