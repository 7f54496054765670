import { join } from 'node:path';
import { type ProgramEnv, type SpawnedProcess, spawnProgram } from '@runtape/e2e';

const main = join(import.meta.dirname, '../src/main.ts');

/** Starts the harness as `pnpm faults` does; its leftovers are in the folder. */
export function spawnFaults(
  args: readonly string[],
  folder: string,
  env: ProgramEnv = {},
): SpawnedProcess {
  return spawnProgram(main, args, {
    env: { TMPDIR: folder, ...env },
    endSignal: 'SIGTERM',
  });
}
