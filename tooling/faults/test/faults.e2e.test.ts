import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SpawnedProcess, spawnProgram, temporaryFolder } from '@runtape/e2e';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

function spawnFaults(args: readonly string[], folder: string): SpawnedProcess {
  return spawnProgram(main, args, { env: { TMPDIR: folder } });
}

test(
  'F1: a short run on SQLite ends well, and prints its table',
  { timeout: 180_000 },
  async () => {
    await using folder = await temporaryFolder();
    await using faults = spawnFaults(
      ['--store', 'sqlite', '--minutes', '0.15', '--seed', '7', '--fault', 'server-kill'],
      folder.path,
    );
    const { code } = await faults.exited;
    expect({ code, stderr: faults.stderr }).toMatchObject({ code: 0 });
    expect(faults.stdout).toMatch(/^lost +0$/m);
    expect(faults.stdout).toMatch(/^doubled +0$/m);
    expect(faults.stdout).toMatch(/^ {2}server-kill +[1-9]/m);
    expect(faults.stdout).toMatch(/^deliveries checked +[1-9]\d\d/m);
    expect(await readdir(folder.path)).toEqual([]);
  },
);

test('Ctrl-C ends everything it started', async () => {
  await using folder = await temporaryFolder();
  await using faults = spawnFaults(['--store', 'redis', '--minutes', '5'], folder.path);
  await faults.waitForLine(/^Everything runs/);
  const programs = [...faults.stderr.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  expect(programs).toHaveLength(4);
  faults.kill('SIGINT');
  expect(await faults.exited).toEqual({ code: null, signal: 'SIGINT' });
  // In a container, ended orphans are seen for a moment longer.
  await expect.poll(() => programs.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  expect(await readdir(folder.path)).toEqual([]);
});

test('a command line that makes no sense is explained', async () => {
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

test('--help names every way to break something', async () => {
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
