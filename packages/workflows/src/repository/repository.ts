import type { FileContent } from './file-text.ts';
import { type ListLimits, type ListOptions, listPaths, type PathList } from './list-paths.ts';
import { readWithin } from './read-within.ts';

const LIST_LIMITS: ListLimits = { maxFiles: 50_000, maxMs: 15_000 };

/** A folder with code, restricted to the files that a model may see. */
export interface Repository extends PathList {
  /**
   * Reads a listed file.
   * @returns its first `maxBytes` bytes and whether that is all; `null` when it is not listed, or
   *    not a plain file within the folder any more.
   */
  read(path: string, maxBytes: number): Promise<FileContent | null>;
  /** Reads several files at once, each as `read` does. @returns what they hold, in their order. */
  readAll(paths: readonly string[], maxBytes: number): Promise<readonly (FileContent | null)[]>;
}

/**
 * Opens a folder for the tools: lists it once, and then reads only listed files.
 * @param root an existing folder, as an absolute path without links.
 */
export async function openRepository(
  root: string,
  signal: AbortSignal,
  options: ListOptions = {},
): Promise<Repository> {
  const list = await listRepository(root, signal, options);
  const listed = new Set(list.paths);
  const read: Repository['read'] = async (path, maxBytes) => {
    const file = listed.has(path) ? await readWithin(root, path, maxBytes) : null;
    return file?.content ?? null;
  };
  return {
    ...list,
    read,
    readAll: (paths, maxBytes) => Promise.all(paths.map((path) => read(path, maxBytes))),
  };
}

/** Lists what `openRepository` shows of a folder. @throws the signal's reason once it aborts. */
export function listRepository(
  root: string,
  signal: AbortSignal,
  options: ListOptions,
): Promise<PathList> {
  return listPaths(root, LIST_LIMITS, signal, options);
}
