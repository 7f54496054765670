import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type IgnoreRules, readIgnoreRules } from './ignore-rules.ts';
import { mayHoldSecrets } from './secret-paths.ts';

export interface ListLimits {
  /** At most so many files. */
  readonly maxFiles: number;
  /** At most so long, in ms. */
  readonly maxMs: number;
}

export interface PathList {
  /** Relative to the root, with forward slashes, in the order of folders and names. */
  readonly paths: readonly string[];
  /** True when there are more than a limit allows. */
  readonly isPartial: boolean;
}

/**
 * Lists the files of a repository that a model may see: no ignored ones, nothing that may hold secrets, and no links,
 * which could lead out of the folder.
 */
export async function listPaths(
  root: string,
  limits: ListLimits,
  signal: AbortSignal,
): Promise<PathList> {
  const deadline = performance.now() + limits.maxMs;
  const paths: string[] = [];
  const isFull = (): boolean => paths.length >= limits.maxFiles || performance.now() > deadline;

  const visit = async (folder: string, prefix: string, rules: IgnoreRules): Promise<boolean> => {
    signal.throwIfAborted();
    const entries = (await readFolder(folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        if (rules.ignores(entry.name, true)) continue;
        const inside = await rules.within(entry.name);
        if (!(await visit(join(folder, entry.name), `${path}/`, inside))) return false;
      } else if (entry.isFile() && !mayHoldSecrets(path) && !rules.ignores(entry.name, false)) {
        if (isFull()) return false;
        paths.push(path);
      }
    }
    return true;
  };

  const isWhole = await visit(root, '', await readIgnoreRules(root));
  return { paths, isPartial: !isWhole };
}

async function readFolder(folder: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(folder);
  } catch {
    // A folder that may not be read, or that is gone by now, holds nothing for us.
    return [];
  }
}

function readEntries(folder: string) {
  return readdir(folder, { withFileTypes: true });
}
