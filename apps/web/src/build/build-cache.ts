import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The number of builds to keep, since running servers may still serve older ones. */
const MAX_BUILDS = 3;

export interface CachedBuildOptions {
  /** Files and folders that the build depends on. */
  readonly inputs: readonly string[];
  /** The folder of all builds; each is named after its last change. */
  readonly folder: string;
  /** Builds into an empty folder. */
  readonly build: (into: string) => Promise<void>;
  readonly onBuilding: () => void;
}

/**
 * Builds unless there is a build that is newer than its inputs. Several processes may build
 * concurrently: each uses its own folder and renames it when it is complete.
 * @returns the folder of the build.
 */
export async function cachedBuild(options: CachedBuildOptions): Promise<string> {
  const { inputs, folder, build, onBuilding } = options;
  const newest = Math.max(...(await Promise.all(inputs.map(lastChange))));
  const target = join(folder, String(newest));
  if (await exists(target)) return target;
  onBuilding();
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'building-'));
  try {
    await build(work);
    await rename(work, target);
  } catch (error) {
    // If another process was faster, its build is used.
    if (!(await exists(target))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await removeOld(folder);
  return target;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Returns the time of the last change below a path, in ms since 1970. A folder changes when files
 * are added or removed.
 */
async function lastChange(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => lastChange(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}

async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const builds = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await lastChange(join(folder, name)).catch(() => 0),
    })),
  );
  const old = builds.sort((a, b) => b.at - a.at).slice(MAX_BUILDS);
  await Promise.all(
    old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })),
  );
}
