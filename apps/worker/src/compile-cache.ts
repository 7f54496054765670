import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

const FOLDER = join(repositoryRoot, 'node_modules/.cache/runtape/compiled');

/**
 * Keeps what Node compiles of this program on disk, so that the next start does not compile it again. Must run before the modules
 * that it is meant for are imported. Threads that are started later use the same folder. `NODE_COMPILE_CACHE` names
 * another folder, and `NODE_DISABLE_COMPILE_CACHE=1` turns it off; where the folder cannot be written, nothing is kept.
 */
export function startWithCompileCache(): void {
  const { status, directory } = enableCompileCache(FOLDER);
  // Threads read it from their environment only.
  if (status === constants.compileCacheStatus.ENABLED && directory !== undefined)
    process.env['NODE_COMPILE_CACHE'] = FOLDER;
}

/** Writes what was compiled so far: a program that is killed would lose it. */
export function writeCompileCache(): void {
  flushCompileCache();
}
