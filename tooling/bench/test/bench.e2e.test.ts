import { join } from 'node:path';
import { spawnProgram } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { z } from 'zod';

const main = join(import.meta.dirname, '../src/main.ts');
const reportSchema = z.strictObject({
  machine: z.object({ cpu: z.string(), pinning: z.string() }),
  results: z.array(
    z.strictObject({
      bench: z.string(),
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      limit: z.number().nullable(),
      ratio: z.number().nullable(),
      goal: z.string().nullable(),
      ok: z.boolean().nullable(),
    }),
  ),
});

async function bench(...args: string[]) {
  await using program = spawnProgram(main, [...args, '--quick', '--json'], {
    endSignal: 'SIGTERM',
  });
  const { code } = await program.exited;
  if (code !== 0) throw new Error(program.stderr);
  return reportSchema.parse(JSON.parse(program.stdout)).results;
}

test('F1: benches of many watchers and late ones run, and nothing is lost or doubled', async () => {
  const results = await bench('fan-out', 'replay');
  expect(results.filter(({ value }) => !(value > 0))).toEqual([]);
  expect(results.length).toBeGreaterThan(80);
});

test('E8: the bench of the page runs, and each text and tape is complete', async () => {
  const results = await bench('page');
  const times = results.filter(({ name }) => name.startsWith('until '));
  expect(times).toHaveLength(16);
  expect(times.filter(({ value }) => !(value > 0))).toEqual([]);
});

test('E16: --help lists every bench, and an unknown name is refused', async () => {
  await using help = spawnProgram(main, ['--help']);
  await using wrong = spawnProgram(main, ['fan-in']);
  expect([await help.exited, await wrong.exited]).toMatchObject([{ code: 0 }, { code: 2 }]);
  expect(help.stdout).toContain('fan-out');
  expect(wrong.stderr).toContain('There is no bench "fan-in".');
});
