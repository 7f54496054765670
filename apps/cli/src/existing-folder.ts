import { stat } from 'node:fs/promises';
import { CliError, exitCode } from './exit-code.ts';

/**
 * @returns the path.
 * @throws CliError (usage) when it is no folder.
 */
export async function existingFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return path;
  throw new CliError(
    exitCode.usage,
    `There is no folder ${path}. --repo names the folder with the code.`,
  );
}
