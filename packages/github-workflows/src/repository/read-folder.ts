import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type { TimeSlice } from '@runtape/async';
import { hasCode } from './system-error.ts';

/** The number of entries to request from the system at once. */
const AT_ONCE = 512;
/** Larger folders are read in part. */
const MAX_ENTRIES = 250_000;
const SORTED_AT_ONCE = 1_000;
/**
 * Control characters, direction marks, line separators and invalid bytes: in a list of paths they
 * could fake other entries.
 */
const NOT_SHOWABLE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\uFFFD]/u;

interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

export interface FolderContent {
  /** In the order of their names. */
  readonly entries: readonly FolderEntry[];
  /** False if there are more entries than the limit. */
  readonly isWhole: boolean;
}

/**
 * Reads the files and folders in a folder, without links, pipes, and names that cannot be shown on
 * a line.
 * @param slice divides long work.
 */
export async function readFolder(path: string, slice: TimeSlice): Promise<FolderContent> {
  const chunks: FolderEntry[][] = [];
  let isWhole = true;
  let count = 0;
  try {
    for await (const entry of await opendir(path, { bufferSize: AT_ONCE })) {
      if (slice.due) await slice.yield();
      if (!isShowable(entry)) continue;
      if (count >= MAX_ENTRIES) {
        isWhole = false;
        break;
      }
      if (count % SORTED_AT_ONCE === 0) chunks.push([]);
      chunks.at(-1)?.push({ name: entry.name, isFolder: entry.isDirectory() });
      count += 1;
    }
  } catch (error) {
    if (!hasCode(error, 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'))
      throw error;
    // An unreadable or vanished folder counts as empty; one with a path that is too long does not.
    isWhole = !hasCode(error, 'ENAMETOOLONG');
  }
  return { entries: await sortChunks(chunks, slice), isWhole };
}

function isShowable(entry: Dirent): boolean {
  return (entry.isFile() || entry.isDirectory()) && !NOT_SHOWABLE.test(entry.name);
}

/** Sorts each chunk, then merges two at a time. */
async function sortChunks(
  chunks: readonly FolderEntry[][],
  slice: TimeSlice,
): Promise<FolderEntry[]> {
  let sorted: FolderEntry[][] = [];
  for (const chunk of chunks) {
    if (slice.due) await slice.yield();
    sorted.push(chunk.sort((a, b) => (a.name < b.name ? -1 : 1)));
  }
  while (sorted.length > 1) {
    const merged: FolderEntry[][] = [];
    for (let next = 0; next < sorted.length; next += 2) {
      merged.push(await merge(sorted[next] ?? [], sorted[next + 1] ?? [], slice));
    }
    sorted = merged;
  }
  return sorted[0] ?? [];
}

async function merge(
  left: readonly FolderEntry[],
  right: readonly FolderEntry[],
  slice: TimeSlice,
): Promise<FolderEntry[]> {
  const merged: FolderEntry[] = [];
  let next = 0;
  for (const entry of left) {
    if (slice.due) await slice.yield();
    for (let other = right[next]; other !== undefined && other.name < entry.name;) {
      merged.push(other);
      next += 1;
      other = right[next];
    }
    merged.push(entry);
  }
  for (; next < right.length; next += 1) {
    if (slice.due) await slice.yield();
    const other = right[next];
    if (other !== undefined) merged.push(other);
  }
  return merged;
}
