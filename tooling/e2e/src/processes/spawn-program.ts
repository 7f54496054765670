import { spawnProcess } from './spawn-process.ts';
import type { SpawnedProcess, SpawnOptions } from './spawn-process.ts';

/**
 * Runs a TypeScript or JavaScript file with the Node that runs this, as `node file …args` does. No
 * package manager stands between: signals reach the program itself.
 *
 * @param file absolute, or relative to `options.cwd`.
 * @throws {E2eToolingError} `program_not_started` when `options.cwd` is not there.
 */
export function spawnProgram(
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): SpawnedProcess {
  return spawnProcess(process.execPath, [file, ...args], options);
}
