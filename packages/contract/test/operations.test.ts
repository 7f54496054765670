import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commonErrors, errorStatus, operations, procedures } from '../src/index.ts';

test('every operation has its own name, kind and path', () => {
  for (const [name, { kind, path }] of Object.entries(procedures)) {
    expect(operations).toHaveProperty(name);
    expect(Reflect.get(operations, name)).toMatchObject({ kind, path });
  }
  const paths = Object.values(procedures).map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test('B1: the documented statuses of a route belong to errors that its operation names', () => {
  for (const [name, { errors, ...operation }] of Object.entries(operations)) {
    const statuses = [...commonErrors, ...errors].map((code) => errorStatus[code]);
    const { refusals = [] } = ('route' in operation && operation.route) || {};
    expect([name, refusals.filter((status) => !statuses.some((each) => each === status))]).toEqual([
      name,
      [],
    ]);
  }
});

test.each(['procedures.ts', 'errors.ts'])('a client that loads %s loads no schema', (file) => {
  const source = readFileSync(join(import.meta.dirname, '../src', file), 'utf8');
  expect(source).not.toMatch(/^import /m);
});
