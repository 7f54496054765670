import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { FatalError } from '@runtape/engine';
import { fatal } from '../failures.ts';
import { hasCode } from './system-error.ts';

/**
 * Resolves a folder on this machine.
 * @param path absolute.
 * @returns its real path.
 * @throws FatalError `folder_not_found`, `folder_not_readable`.
 */
export async function resolveLocalFolder(path: string): Promise<string> {
  // Shows only the last part: readers of events must not learn the folder structure of this
  // machine.
  const shown = basename(path);
  if (!isAbsolute(path)) {
    throw fatal('folder_not_found', `"${shown}" is not an absolute path. Give the whole path.`);
  }
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      throw fatal('folder_not_found', `"${shown}" is not a folder. Name the folder with the code.`);
    }
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (cause) {
    if (cause instanceof FatalError) throw cause;
    throw hasCode(cause, 'EACCES', 'EPERM')
      ? fatal(
          'folder_not_readable',
          `The folder "${shown}" cannot be read. Give the user that runs Runtape access to it.`,
          cause,
        )
      : fatal(
          'folder_not_found',
          `There is no folder "${shown}" at this path. Check the path.`,
          cause,
        );
  }
}
