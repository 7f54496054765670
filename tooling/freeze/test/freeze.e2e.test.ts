import { join } from 'node:path';
import { spawnProgram } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { z } from 'zod';

const main = join(import.meta.dirname, '../src/main.ts');
/**
 * All attacks take about a minute, and several times that on a busy machine.
 */
const PATIENCE_MS = 600_000;
const outcomesSchema = z.array(z.object({ attack: z.string(), requests: z.number() }));

async function freeze(...args: string[]) {
  await using program = spawnProgram(main, [...args, '--json', '--quick'], {
    env: {},
    endSignal: 'SIGTERM',
  });
  const { code } = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** The output of the tool without its progress messages. */
function problemsIn(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !/^(sqlite|redis): [a-z-]+(: slowest answer| …)/.test(line));
}

test(
  'K1: a server keeps answering other users, whatever one user sends',
  { timeout: PATIENCE_MS },
  async () => {
    const { code, stdout, stderr } = await freeze('--store', 'sqlite');
    expect({ code, problems: problemsIn(stderr) }).toEqual({ code: 0, problems: [] });
    const outcomes = outcomesSchema.parse(JSON.parse(stdout));
    expect(outcomes.length).toBeGreaterThan(15);
    expect(outcomes.filter(({ requests }) => requests < 2)).toEqual([]);
  },
);

test('K1: a server on Redis keeps answering as well', { timeout: PATIENCE_MS }, async () => {
  const wanted = ['unknown-fields', 'batches', 'long-snapshot', 'stalled-streams', 'old-workflows'];
  const attacks = wanted.flatMap((name) => ['--attack', name]);
  const { code, stdout, stderr } = await freeze('--store', 'redis', ...attacks);
  expect({ code, problems: problemsIn(stderr) }).toEqual({ code: 0, problems: [] });
  expect(outcomesSchema.parse(JSON.parse(stdout))).toHaveLength(wanted.length);
});
