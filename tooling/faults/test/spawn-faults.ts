import { join } from 'node:path';
import { type SpawnedProcess, spawnProgram } from '@runtape/e2e';

const main = join(import.meta.dirname, '../src/main.ts');

/** Starts the harness as `pnpm faults` does; what it leaves behind it leaves in the folder. */
export function spawnFaults(args: readonly string[], folder: string): SpawnedProcess {
  return spawnProgram(main, args, { env: { TMPDIR: folder } });
}
