import { type SpawnedProcess, spawnProcess } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { preloadEnv } from '../src/programs/preloads.ts';
import { Program } from '../src/programs/program.ts';

const STAYS = 'setInterval(() => {}, 1_000);';
const STOPS = `const timer = ${STAYS} process.on('SIGTERM', () => { clearInterval(timer); process.exit(0); });`;
const LEAKS = `${STAYS} process.on('SIGTERM', () => process.exit(0));`;
const WARNS = `${STOPS} for (let n = 0; n < 11; n += 1) process.on('exit', () => {});`;

/**
 * Runs the next script at each start, and then always the last one.
 */
async function launch(...scripts: readonly string[]): Promise<Program> {
  const left = [...scripts];
  const start = async (): Promise<SpawnedProcess> => {
    const script = left.length > 1 ? left.shift() : left[0];
    const args = ['-e', `${script ?? ''} console.log('ready');`];
    const started = spawnProcess(process.execPath, args, { env: preloadEnv() });
    await started.waitForLine(/^ready$/);
    return started;
  };
  return await Program.launch({ name: 'server 1', port: null, start });
}

test('F1: a program that exits by itself is reported and restarted', async () => {
  await using program = await launch('setTimeout(() => process.exit(3), 50);', STOPS);
  const { pid } = program;
  await expect.poll(() => program.pid).not.toBe(pid);
  expect(program.crashes).toEqual(['server 1 ended by itself with 3']);
  await program.stop();
  expect(program.leftovers).toEqual([]);
  expect(program.crashes).toHaveLength(1);
});

test('F1: a program that exits by itself is reported even if it is killed afterwards', async () => {
  await using program = await launch(`${STAYS} process.on('SIGUSR1', () => process.exit(3));`);
  await program.alone(async () => {
    program.signal('SIGUSR1');
    await expect.poll(() => program.crashes).toEqual(['server 1 ended by itself with 3']);
    await program.end('SIGKILL');
    await program.start();
  });
  expect(program.crashes).toHaveLength(1);
});

test('F1: a program that is killed or stopped is not reported', async () => {
  await using program = await launch(STOPS);
  await program.alone(() => program.end('SIGKILL'));
  await program.alone(() => program.start());
  await program.alone(() => program.end('SIGTERM'));
  await program.alone(() => program.start());
  await program.stop();
  expect(program.crashes).toEqual([]);
  expect(program.leftovers).toEqual([]);
});

test('F1: a stop with a nonzero exit code is reported, even in the middle of a run', async () => {
  await using program = await launch(
    `${STAYS} process.on('SIGTERM', () => process.exit(1));`,
    STOPS,
  );
  await program.end('SIGTERM');
  await program.start();
  await program.stop();
  expect(program.leftovers).toEqual(['server 1 stopped with 1']);
});

test('A13: a program kept alive by a timer or a socket after its stop is reported', async () => {
  await using program = await launch(LEAKS);
  await program.stop();
  expect(program.leftovers).toEqual([
    expect.stringMatching(/^server 1: kept alive by (.*, )?Timeout/),
  ]);
});

test('A13: a program that leaks event listeners is reported', async () => {
  await using program = await launch(WARNS);
  await program.stop();
  expect(program.leftovers).toEqual([
    expect.stringContaining('MaxListenersExceededWarning: Possible EventEmitter memory leak'),
  ]);
});
