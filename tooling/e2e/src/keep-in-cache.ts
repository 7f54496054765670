import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { E2eToolingError } from './e2e-tooling-error.ts';

export interface CachedFolder {
  /** Unique; includes the version if there is one. */
  readonly name: string;
  /** Defines the location of the cache: `XDG_CACHE_HOME`, or `.cache` in `HOME`. */
  readonly env: NodeJS.ProcessEnv;
  readonly isUsable: (folder: string) => Promise<boolean>;
  /** Fills a new folder, which is then moved to its place. */
  readonly make: (folder: string) => Promise<void>;
}

/**
 * Keeps a folder in the user's cache, created by the first run that needs it. Several processes may
 * create it concurrently: each works in a separate folder, and the first to finish moves it to its
 * place.
 *
 * @returns the path of the usable folder.
 * @throws {E2eToolingError} `cache_not_writable`; or what `make` throws.
 */
export async function keepInCache({ name, env, isUsable, make }: CachedFolder): Promise<string> {
  const cache = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'runtape');
  const target = join(cache, name);
  if (await isUsable(target)) return target;

  const folder = await makeWorkFolder(cache, name);
  try {
    // The cached folder no longer works, perhaps because the system was upgraded.
    await rm(target, { recursive: true, force: true });
    await make(folder);
    await rename(folder, target);
  } catch (error) {
    // Another process was faster, and its folder is equally good.
    if (!(await isUsable(target))) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}

async function makeWorkFolder(cache: string, name: string): Promise<string> {
  try {
    await mkdir(cache, { recursive: true });
    return await mkdtemp(join(cache, `${name}-`));
  } catch (cause) {
    const advice = 'Set XDG_CACHE_HOME to a folder of yours.';
    throw new E2eToolingError('cache_not_writable', `Cannot write to ${cache}. ${advice}`, {
      cause,
    });
  }
}
