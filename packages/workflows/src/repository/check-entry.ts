import { posix } from 'node:path';

/** Longer paths cannot be made by every system; those of people are far below. */
const MAX_PATH_BYTES = 3_000;
const MAX_NAME_BYTES = 255;

/** What an archive says about one of its entries. */
export interface EntryClaim {
  readonly path: string;
  readonly type: string;
  readonly size: number;
}

export type EntryVerdict = 'write' | 'leave_out' | { readonly unsafe: string };

const FILES = new Set(['File', 'OldFile', 'ContiguousFile']);
const FOLDERS = new Set(['Directory', 'GNUDumpDir']);
const LINKS = new Set(['SymbolicLink', 'Link']);

/**
 * Decides what happens to an entry of an archive, before any of it is written.
 * Links are never written, wherever they lead: no tool follows them. A file that would lie outside makes the archive unsafe as a
 * whole.
 */
export function checkEntry(entry: EntryClaim, limits: { maxFileBytes: number }): EntryVerdict {
  const { path, type } = entry;
  const segments = path.split(/[/\\]/);
  if (posix.isAbsolute(path) || segments.includes('..') || /^[A-Za-z]:/.test(path)) {
    return { unsafe: `the entry ${shown(path)} leads out of it` };
  }
  if (LINKS.has(type) || !canBeMade(path, segments)) return 'leave_out';
  if (FOLDERS.has(type)) return 'write';
  if (!FILES.has(type))
    return { unsafe: `the entry ${shown(path)} is neither a file nor a folder` };
  // A backslash separates folders on some systems and not on others.
  return path.includes('\\') || entry.size > limits.maxFileBytes ? 'leave_out' : 'write';
}

function canBeMade(path: string, names: readonly string[]): boolean {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return false;
  return names.every((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES && !name.includes('\0'));
}

function shown(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
