import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

const FOLDER = join(repositoryRoot, 'node_modules/.cache/runtape/compiled');

/**
 * Caches compiled code on disk for faster starts. Must run before the modules are imported. Threads
 * use the same folder. `NODE_COMPILE_CACHE` sets another folder and `NODE_DISABLE_COMPILE_CACHE=1`
 * turns it off; a folder that cannot be written is not an error.
 */
export function startWithCompileCache(): void {
  const { status, directory } = enableCompileCache(FOLDER);
  // Threads read the folder from their environment.
  if (status === constants.compileCacheStatus.ENABLED && directory !== undefined)
    process.env['NODE_COMPILE_CACHE'] = FOLDER;
}

/** Writes the cache now, since a killed program would lose it. */
export function writeCompileCache(): void {
  flushCompileCache();
}
