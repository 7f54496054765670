import { join } from 'node:path';
import { TimeSlice } from '@runtape/async';
import { IgnoreRules } from './ignore-rules.ts';
import { readFolder } from './read-folder.ts';
import { type FolderSecrecy, isSecretFile, secrecyOf } from './secret-paths.ts';

/** Never entered, regardless of any `.gitignore`. A `.git` may be a file, too. */
const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules']);

export interface ListLimits {
  /** The maximum number of files. */
  readonly maxFiles: number;
  /** The maximum duration, in ms. */
  readonly maxMs: number;
}

export interface ListOptions {
  /**
   * True when all files are tracked, as in an archive: `.gitignore` then does not apply. Default:
   * false.
   */
  readonly onlyTracked?: boolean | undefined;
}

export interface PathList {
  /** Relative to the root, with forward slashes, in the order of folders and names. */
  readonly paths: readonly string[];
  /** True if a limit cut the list. */
  readonly isPartial: boolean;
}

/** A folder that is being listed. */
interface FolderVisit {
  readonly path: string;
  /** The path of the folder, which precedes the names in it. */
  readonly prefix: string;
  readonly secrecy: FolderSecrecy;
  /** `null` if no rules apply. */
  readonly rules: IgnoreRules | null;
}

/**
 * Lists the files that a model may see: none that are ignored or may hold secrets, no links (they
 * could lead out of the folder), no names that cannot be shown on a line.
 * @throws the signal's reason once it aborts.
 */
export async function listPaths(
  root: string,
  limits: ListLimits,
  signal: AbortSignal,
  { onlyTracked = false }: ListOptions = {},
): Promise<PathList> {
  signal.throwIfAborted();
  const deadline = performance.now() + limits.maxMs;
  const slice = new TimeSlice({ signal });
  const paths: string[] = [];
  let isPartial = false;

  /** @returns false if a limit is reached. */
  const visit = async ({ path, prefix, secrecy, rules }: FolderVisit): Promise<boolean> => {
    signal.throwIfAborted();
    if (rules?.isComplete === false) {
      isPartial = true;
      return true;
    }
    const { entries, isWhole } = await readFolder(path, slice);
    if (!isWhole) isPartial = true;
    for (const { name, isFolder } of entries) {
      if (slice.due) await slice.yield();
      if (performance.now() > deadline) return false;
      if (NEVER.has(name.toLowerCase())) continue;
      const inside = isFolder ? secrecyOf(secrecy, name) : secrecy;
      if (isFolder ? inside === 'hidden' : isSecretFile(name, secrecy)) continue;
      if (rules !== null && (await rules.ignores(name, isFolder))) continue;
      if (isFolder) {
        const folder: FolderVisit = {
          path: join(path, name),
          prefix: `${prefix}${name}/`,
          secrecy: inside,
          rules: rules === null ? null : await rules.within(name),
        };
        if (!(await visit(folder))) return false;
      } else {
        if (paths.length >= limits.maxFiles) return false;
        paths.push(`${prefix}${name}`);
      }
    }
    return true;
  };

  const rules = onlyTracked ? null : await IgnoreRules.read(root, slice);
  const isDone = await visit({ path: root, prefix: '', secrecy: 'open', rules });
  return { paths, isPartial: isPartial || !isDone };
}
