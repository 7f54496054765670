import { readdir } from 'node:fs/promises';
import { temporaryFolder } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { spawnFaults } from './spawn-faults.ts';

test('Ctrl-C ends everything it started', async () => {
  await using folder = await temporaryFolder();
  await using faults = spawnFaults(['--store', 'redis', '--minutes', '5'], folder.path);
  await faults.waitForLine(/^Everything runs/);
  const programs = [...faults.stderr.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  expect(programs).toHaveLength(5);
  faults.kill('SIGINT');
  expect(await faults.exited).toEqual({ code: null, signal: 'SIGINT' });
  // In a container, ended orphans remain visible for a moment.
  await expect.poll(() => programs.filter(isRunning)).toEqual([]);
  expect(await readdir(folder.path)).toEqual([]);
});

test('an invalid command line is explained', async () => {
  await using folder = await temporaryFolder();
  for (const args of [
    ['--store', 'paper'],
    ['--fault', 'flood'],
    ['--seed', '-1'],
    ['--minutes', '0'],
    ['--x'],
  ]) {
    await using faults = spawnFaults(args, folder.path);
    expect((await faults.exited).code).toBe(2);
    expect(faults.stderr).toContain('--help');
  }
});

test('--help lists every kind of fault', async () => {
  await using folder = await temporaryFolder();
  await using faults = spawnFaults(['--help'], folder.path);
  expect((await faults.exited).code).toBe(0);
  expect(faults.stdout).toContain('redis-link-half-open');
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
