import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { textOf } from '../tools/text-of.ts';
import { type ListLimits, type ListOptions, listPaths, type PathList } from './list-paths.ts';

/** Neither follows a link nor waits for the other end of a pipe, should the file have become one. */
const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const LIST_LIMITS: ListLimits = { maxFiles: 50_000, maxMs: 15_000 };

/** A folder with code, as far as a model may look into it. */
export interface Repository extends PathList {
  /**
   * Reads a listed file.
   * @returns its first `maxBytes` bytes as text and whether that is all; `null` when it is not listed, or is not a plain file within the folder any more.
   */
  read(path: string, maxBytes: number): Promise<FileContent | null>;
}

export interface FileContent {
  /** `null` when it is no text. */
  readonly text: FileText | null;
  /** How many bytes were read. */
  readonly bytes: number;
  readonly isWhole: boolean;
}

/** A text, and the same in lower case once somebody has searched it. */
export class FileText {
  readonly whole: string;
  #lowerCase: string | undefined;

  constructor(whole: string) {
    this.whole = whole;
  }

  get lowerCase(): string {
    return (this.#lowerCase ??= this.whole.toLowerCase());
  }
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
  const list = await listRepository(root, signal, options);
  const listed = new Set(list.paths);
  return {
    ...list,
    async read(path, maxBytes) {
      return listed.has(path) ? readWithin(root, path, maxBytes) : null;
    },
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

/**
 * Reads a file of a folder.
 * @param path relative to `root`, which is an absolute path without links in it.
 * @returns `null` when it is not a plain file within the folder.
 */
export async function readWithin(
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
    const text = textOf(buffer.subarray(0, bytesRead));
    return {
      text: text === null ? null : new FileText(text),
      bytes: bytesRead,
      isWhole: stat.size <= maxBytes,
    };
  } catch {
    return null;
  }
}
