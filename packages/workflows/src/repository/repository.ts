import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type ListLimits, type ListOptions, listPaths, type PathList } from './list-paths.ts';

/** Neither follows a link nor waits for the other end of a pipe, should the file have become one. */
const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const LIST_LIMITS: ListLimits = { maxFiles: 50_000, maxMs: 15_000 };

/** A folder with code, as far as a model may look into it. */
export interface Repository extends PathList {
  /**
   * Reads a listed file.
   * @returns its first `maxBytes` bytes and whether that is all; `null` when it is not listed, or is not a plain file within the folder any more.
   */
  read(path: string, maxBytes: number): Promise<FileContent | null>;
}

interface FileContent {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/**
 * Opens a folder for the tools: lists it once, and from then on reads only what was listed.
 * @param root an existing folder, as an absolute path without links in it.
 */
export async function openRepository(
  root: string,
  signal: AbortSignal,
  options: ListOptions = {},
): Promise<Repository> {
  const list = await listPaths(root, LIST_LIMITS, signal, options);
  const listed = new Set(list.paths);
  return {
    ...list,
    async read(path, maxBytes) {
      return listed.has(path) ? readWithin(root, path, maxBytes) : null;
    },
  };
}

async function readWithin(
  root: string,
  path: string,
  maxBytes: number,
): Promise<FileContent | null> {
  try {
    // A folder on the way may have become a link since it was listed.
    const real = await realpath(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
    await using file = await open(real, READ_NO_LINK);
    const stat = await file.stat();
    if (!stat.isFile()) return null;
    const buffer = Buffer.alloc(Math.min(stat.size, maxBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return { bytes: buffer.subarray(0, bytesRead), isWhole: stat.size <= maxBytes };
  } catch {
    return null;
  }
}
