import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How many builds stay: a server that runs may still be serving the one before. */
const KEPT = 3;

export interface CachedBuildOptions {
  /** Files and folders whose change can change what is built. */
  readonly inputs: readonly string[];
  /** Where builds are kept, each in a folder named after the moment of the last change in it. */
  readonly folder: string;
  /** Builds into an empty folder. */
  readonly build: (into: string) => Promise<void>;
  /** Called before anything is built. */
  readonly onBuilding: () => void;
}

/**
 * Builds what is not there yet or older than its inputs. Several processes may do so at once: each builds in a folder of its
 * own, and a build is put in place whole.
 * @returns the folder of the build.
 */
export async function cachedBuild(options: CachedBuildOptions): Promise<string> {
  const { inputs, folder, build, onBuilding } = options;
  const newest = Math.max(...(await Promise.all(inputs.map(newestChange))));
  const target = join(folder, String(newest));
  if (await isThere(target)) return target;
  onBuilding();
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'building-'));
  try {
    await build(work);
    await rename(work, target);
  } catch (error) {
    // Another process was faster by a moment: its build is as good.
    if (!(await isThere(target))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await forgetOld(folder);
  return target;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** When the newest file below a path was changed, in ms since 1970. A folder changes when a file in it comes or goes. */
async function newestChange(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => newestChange(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}

async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const builds = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await newestChange(join(folder, name)).catch(() => 0),
    })),
  );
  const old = builds.sort((a, b) => b.at - a.at).slice(KEPT);
  await Promise.all(
    old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })),
  );
}
