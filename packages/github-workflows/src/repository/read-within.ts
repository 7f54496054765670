import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { decodeText } from '../text/decode-text.ts';
import { type FileContent, FileText } from './file-text.ts';

/** Follows no link and does not wait for a pipe, in case the file became one. */
const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A file counts as unchanged if these fields are the same. */
const STATE_FIELDS = ['dev', 'ino', 'size', 'mtimeMs', 'ctimeMs'] as const;

export type FileState = Readonly<Pick<Stats, (typeof STATE_FIELDS)[number]>>;

/** A file as it was read. */
export interface FileRead {
  readonly content: FileContent;
  /** The file's metadata before it was read. */
  readonly state: FileState;
}

/**
 * Reads a file of a folder.
 * @param path relative to `root`, which is an absolute path without links.
 * @param maxBytes only this much is read.
 * @returns `null` when it is not a plain file within the folder.
 */
export async function readWithin(
  root: string,
  path: string,
  maxBytes: number,
): Promise<FileRead | null> {
  try {
    // A parent folder may have become a link since the file was listed.
    const real = await realpath(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
    await using file = await open(real, READ_NO_LINK);
    const stat = await file.stat();
    if (!stat.isFile()) return null;
    const buffer = Buffer.alloc(Math.min(stat.size, maxBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const text = decodeText(buffer.subarray(0, bytesRead));
    const content = {
      text: text === null ? null : new FileText(text),
      bytes: bytesRead,
      isWhole: stat.size <= maxBytes,
    };
    return { content, state: stateOf(stat) };
  } catch {
    return null;
  }
}

/**
 * Whether a file is unchanged since it was read. Much cheaper than reading it again.
 * @param path relative to `root`.
 * @param state as it was when the file was read.
 */
export async function isUnchanged(root: string, path: string, state: FileState): Promise<boolean> {
  try {
    const stat = await lstat(join(root, path));
    return stat.isFile() && STATE_FIELDS.every((field) => stat[field] === state[field]);
  } catch {
    return false;
  }
}

function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileState {
  return { dev, ino, size, mtimeMs, ctimeMs };
}
