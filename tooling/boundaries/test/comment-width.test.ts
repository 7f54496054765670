import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

const MAX_COLUMNS = 100;
const COMMENT = /^\s*(?:\/\/|\/\*|\*)/;
/** Directives must be on one line, and URLs cannot be wrapped. */
const CANNOT_WRAP = /(?:oxlint|eslint|@ts)-|^\s*(?:\/\/|\*)\s+\S+$/;

const files = globSync('{packages,apps,tooling}/*/{src,test}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
});

test(`no comment is wider than ${MAX_COLUMNS} columns`, () => {
  const wide = files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      line.length > MAX_COLUMNS && COMMENT.test(line) && !CANNOT_WRAP.test(line)
        ? [`${file}:${index + 1}`]
        : [],
    );
  });
  expect(files.length).toBeGreaterThan(1000);
  expect(wide).toEqual([]);
});
