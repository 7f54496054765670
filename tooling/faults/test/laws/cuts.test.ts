import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProcess } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { cuts } from './cuts.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PRELOAD = import.meta.resolve('./break-laws.ts');

test('F1: the source text of every cut exists in the real programs', async () => {
  for (const { module, from } of [...cuts.values()].flat()) {
    expect(await readFile(join(ROOT, module), 'utf8')).toContain(from);
  }
});

test('F1: an unknown fault name is rejected at startup', async () => {
  const args = [`--import=${PRELOAD}?all%20of%20them`, '-e', 'console.log("ran")'];
  await using program = spawnProcess(process.execPath, args);
  expect(await program.exited).toMatchObject({ code: 1 });
  expect(program.stderr).toContain('There are no cuts named all of them.');
  expect(program.stdout).toBe('');
});
