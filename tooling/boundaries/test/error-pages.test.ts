import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

/** The files with the error codes that users see, as a union of literals, an array or an object. */
const lists = [
  'packages/contract/src/errors.ts',
  'packages/client/src/transport/errors.ts',
  'packages/engine/src/errors.ts',
  'packages/engine/src/run/text/text-failures.ts',
  'packages/event-log/src/errors.ts',
  'packages/workflow-state/src/errors.ts',
  'packages/github-workflows/src/contract/errors.ts',
  'packages/github-workflows/src/failures.ts',
  'packages/runtape/src/errors.ts',
];

const pages = new Set(
  readdirSync(join(root, 'docs/errors')).map((file) => file.replace(/\.md$/, '')),
);
const LISTED = /^ {2}(?:(?:\| )?'([a-z][a-z_]+)'[,;]?|([a-z][a-z_]+): \d+,)$/gm;

test.each(lists)('every code listed in %s has a page in docs/errors', (file) => {
  const source = readFileSync(join(root, file), 'utf8');
  const codes = [...source.matchAll(LISTED)].flatMap(([, code, key]) => code ?? key ?? []);
  expect(codes.length).toBeGreaterThan(2);
  expect(codes.filter((code) => !pages.has(code))).toEqual([]);
});

test('every page explains what happened, why, and what to do', () => {
  const incomplete = [...pages].filter((code) => {
    const text = readFileSync(join(root, 'docs/errors', `${code}.md`), 'utf8');
    return !(
      text.startsWith(`# \`${code}\``) &&
      text.includes('**Why.**') &&
      text.includes('**What to do.**')
    );
  });
  expect(incomplete).toEqual([]);
});
