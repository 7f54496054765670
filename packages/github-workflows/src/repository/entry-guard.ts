import { posix } from 'node:path';
import type { ReadEntry } from 'tar';
import { tooLarge, unsafe } from './archive-failures.ts';

export interface UnpackLimits {
  /** The maximum size of the archive as downloaded, in bytes. */
  readonly maxArchiveBytes: number;
  /** The maximum total size of its entries, in bytes. */
  readonly maxTotalBytes: number;
  /** Larger files are omitted, in bytes. */
  readonly maxFileBytes: number;
  /** The maximum number of files, folders and links. */
  readonly maxEntries: number;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Checks every entry before it is written, and keeps the first failure. */
export class EntryGuard {
  failure: Error | null = null;
  files = 0;
  leftOut = 0;
  readonly #limits: UnpackLimits;
  #entries = 0;
  #contentBytes = 0;

  constructor(limits: UnpackLimits) {
    this.#limits = limits;
  }

  admits(entry: ReadEntry): boolean {
    if (this.failure !== null) return false;
    this.#entries += 1;
    const verdict = checkEntry(entry, this.#limits);
    if (typeof verdict === 'object') this.failure = unsafe(verdict.unsafe);
    else if (this.#entries > this.#limits.maxEntries) this.failure = tooLarge('many files');
    if (verdict === 'leave_out') this.leftOut += 1;
    if (verdict !== 'write' || this.failure !== null) return false;
    if (entry.type !== 'Directory') this.files += 1;
    // The archive's modes could make files unreadable to us, or executable for others.
    entry.mode = entry.type === 'Directory' ? 0o755 : 0o644;
    return true;
  }

  /** Counts after decompression, so that a small archive cannot unpack without end. */
  async *countContent(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let start: Buffer | null = Buffer.alloc(0);
    for await (const chunk of chunks) {
      this.#contentBytes += chunk.length;
      if (this.#contentBytes > this.#limits.maxTotalBytes) throw tooLarge('much content');
      start &&= Buffer.concat([start, chunk]);
      if (start !== null && start.length < GZIP_MAGIC.length) continue;
      // The tar package would decompress a second time, uncounted.
      if (start?.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC) === true)
        throw unsafe('it is an archive within an archive');
      yield start ?? chunk;
      start = null;
    }
  }
}

/** Not every system can create longer paths; normal paths are far shorter. */
const MAX_PATH_BYTES = 3_000;
const MAX_NAME_BYTES = 255;

/** The metadata of an archive entry. */
interface EntryHeader {
  readonly path: string;
  readonly type: string;
  readonly size: number;
}

type EntryVerdict = 'write' | 'leave_out' | { readonly unsafe: string };

const FILES = new Set(['File', 'OldFile', 'ContiguousFile']);
const FOLDERS = new Set(['Directory', 'GNUDumpDir']);
const LINKS = new Set(['SymbolicLink', 'Link']);

/**
 * Decides about an entry of an archive before it is written. Links are never written, because no
 * tool follows them. A file outside the folder makes the whole archive unsafe.
 */
function checkEntry(entry: EntryHeader, limits: { maxFileBytes: number }): EntryVerdict {
  const { path, type } = entry;
  const segments = path.split(/[/\\]/);
  if (posix.isAbsolute(path) || segments.includes('..') || /^[A-Za-z]:/.test(path)) {
    return { unsafe: `the entry ${quoted(path)} leads out of it` };
  }
  if (LINKS.has(type) || !isCreatable(path, segments)) return 'leave_out';
  if (FOLDERS.has(type)) return 'write';
  if (!FILES.has(type))
    return { unsafe: `the entry ${quoted(path)} is neither a file nor a folder` };
  // A backslash separates folders on some systems and not on others.
  return path.includes('\\') || entry.size > limits.maxFileBytes ? 'leave_out' : 'write';
}

function isCreatable(path: string, names: readonly string[]): boolean {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return false;
  return names.every((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES && !name.includes('\0'));
}

function quoted(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
