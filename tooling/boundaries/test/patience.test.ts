import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

/**
 * The time limit of one wait (`vitest.workspace.ts`). A much shorter one is meant to expire.
 */
const PATIENCE_MS = 60_000;
const MEANT_TO_RUN_OUT_MS = 100;

const WAITS = [
  /\b(?:timeout|testTimeout|hookTimeout): (\d[\d_]*)/g,
  // The last argument of a test.
  /^\}, (\d[\d_]*)\);$/gm,
  /^ {2}\}, (\d[\d_]*)\);$/gm,
];

const files = globSync('{packages,apps,tooling}/*/{test,src/conformance}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
});

test('no test has a shorter timeout than the others, so a busy machine fails no test', () => {
  const short = files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return WAITS.flatMap((pattern) => Array.from(source.matchAll(pattern)))
      .map(([, digits = '']) => Number(digits.replaceAll('_', '')))
      .filter((ms) => ms > MEANT_TO_RUN_OUT_MS && ms < PATIENCE_MS)
      .map((ms) => `${file}: ${ms}`);
  });
  expect(files.length).toBeGreaterThan(300);
  expect(short).toEqual([]);
});
