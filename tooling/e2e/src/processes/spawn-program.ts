import { spawnProcess } from './spawn-process.ts';
import type { SpawnedProcess, SpawnOptions } from './spawn-process.ts';

/**
 * Runs a TypeScript or JavaScript file with the current Node, as `node file …args` does. There is
 * no package manager in between: signals reach the program itself.
 *
 * @param file absolute, or relative to `options.cwd`.
 * @throws {E2eToolingError} `program_not_started` if `options.cwd` is missing.
 */
export function spawnProgram(
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): SpawnedProcess {
  return spawnProcess(process.execPath, [file, ...args], options);
}
