import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProcess } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { cuts } from './cuts.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PRELOAD = import.meta.resolve('./break-laws.ts');

test('F1: what is cut to break a law is in the real programs as they are now', async () => {
  for (const { module, from } of [...cuts.values()].flat()) {
    expect(await readFile(join(ROOT, module), 'utf8')).toContain(from);
  }
});

test('F1: a program that shall break a law nobody knows does not start', async () => {
  const args = [`--import=${PRELOAD}?all%20of%20them`, '-e', 'console.log("ran")'];
  await using program = spawnProcess(process.execPath, args);
  expect(await program.exited).toMatchObject({ code: 1 });
  expect(program.stderr).toContain('There are no cuts named all of them.');
  expect(program.stdout).toBe('');
});
