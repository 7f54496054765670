import { posix } from 'node:path';

/** What an archive says about one of its entries. */
export interface EntryClaim {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly linkpath?: string | undefined;
}

export type EntryVerdict = 'write' | 'leave_out' | { readonly unsafe: string };

const FILES = new Set(['File', 'OldFile', 'ContiguousFile']);
const FOLDERS = new Set(['Directory', 'GNUDumpDir']);
const LINKS = new Set(['SymbolicLink', 'Link']);

/**
 * Decides what happens to an entry of an archive, before any of it is written.
 * Links are never written, because no tool follows them; one that leads out of the archive makes it unsafe as a whole.
 */
export function checkEntry(entry: EntryClaim, limits: { maxFileBytes: number }): EntryVerdict {
  const { path, type, linkpath = '' } = entry;
  const segments = path.split(/[/\\]/);
  if (posix.isAbsolute(path) || segments.includes('..') || /^[A-Za-z]:/.test(path)) {
    return { unsafe: `the entry ${shown(path)} leads out of it` };
  }
  if (LINKS.has(type)) {
    const target = type === 'Link' ? linkpath : fromLink(path, linkpath);
    return isWithin(target, segments[0] ?? '')
      ? 'leave_out'
      : { unsafe: `the link ${shown(path)} leads out of it` };
  }
  if (FOLDERS.has(type)) return 'write';
  if (!FILES.has(type))
    return { unsafe: `the entry ${shown(path)} is neither a file nor a folder` };
  // A backslash separates folders on some systems and not on others.
  return path.includes('\\') || entry.size > limits.maxFileBytes ? 'leave_out' : 'write';
}

/** Everything lies in the archive's one top folder; what leaves it leaves the repository. */
function isWithin(target: string, top: string): boolean {
  const normal = posix.normalize(target.replaceAll('\\', '/'));
  return normal === top || normal.startsWith(`${top}/`);
}

/** Where a symbolic link leads, seen from the archive's root; absolute when it is. */
function fromLink(path: string, linkpath: string): string {
  return posix.isAbsolute(linkpath) ? linkpath : posix.join(posix.dirname(path), linkpath);
}

function shown(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
