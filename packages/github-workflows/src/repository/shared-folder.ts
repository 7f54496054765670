import type { FileContent } from './file-text.ts';
import { type ListLimits, type ListOptions, listPaths, type PathList } from './list-paths.ts';
import { type FileRead, isUnchanged, readWithin } from './read-within.ts';

const LIST_LIMITS: ListLimits = { maxFiles: 50_000, maxMs: 15_000 };
/** A character takes up to two bytes of memory, and a searched text is also kept in lower case. */
const MEMORY_PER_BYTE = 4;
/**
 * A file changed less than this before it was read, in ms, may have changed again unnoticed: some
 * file systems have time stamps of two seconds.
 */
const STABLE_AFTER_MS = 3_000;

interface SharedFolderOptions {
  /** How long read content or a list may be shared, in ms. */
  readonly maxAgeMs: number;
  /** A monotonic clock in ms with any origin. */
  readonly elapsed: () => number;
  /** The time in ms since 1970, as in file systems. */
  readonly now: () => number;
  /**
   * Reserves bytes of the shared limit; a negative number returns them. @returns false if the limit
   * is reached.
   */
  readonly reserve: (bytes: number) => boolean;
}

interface SharedFile {
  readonly reading: Promise<FileRead | null>;
  /** The content, once it is read. */
  read: FileRead | null | undefined;
  readonly maxBytes: number;
  /** When it was read or found unchanged, by both clocks. */
  readonly readAt: number;
  readonly now: number;
}

/** The lists and files that concurrent users of a folder share. */
export class SharedFolder {
  users = 0;
  readonly #root: string;
  readonly #listOptions: ListOptions;
  readonly #options: SharedFolderOptions;
  /** Aborts when the last user is done. */
  readonly #closing = new AbortController();
  readonly #files = new Map<string, SharedFile>();
  /** The number of reserved bytes per file. */
  readonly #sizes = new Map<string, number>();
  #list: { readonly paths: Promise<PathList>; readonly readAt: number } | undefined;

  constructor(root: string, listOptions: ListOptions, options: SharedFolderOptions) {
    this.#root = root;
    this.#listOptions = listOptions;
    this.#options = options;
  }

  list(): Promise<PathList> {
    const at = this.#options.elapsed();
    if (this.#list !== undefined && this.#isFresh(this.#list, at)) return this.#list.paths;
    const paths = listPaths(this.#root, LIST_LIMITS, this.#closing.signal, this.#listOptions);
    const listing = { paths, readAt: at };
    this.#list = listing;
    // The next user retries; waiting users get the error.
    paths.catch(() => {
      if (this.#list === listing) this.#list = undefined;
    });
    return paths;
  }

  async read(path: string, maxBytes: number): Promise<FileContent | null> {
    return this.#read(path, maxBytes, this.#options.elapsed());
  }

  /**
   * Cached files need no promise each: a search reads thousands of them.
   * @param listed other paths are `null`.
   */
  async readAll(
    paths: readonly string[],
    maxBytes: number,
    listed: ReadonlySet<string>,
  ): Promise<readonly (FileContent | null)[]> {
    const at = this.#options.elapsed();
    const contents = paths.map((path) =>
      listed.has(path) ? this.#read(path, maxBytes, at) : null,
    );
    if (contents.every(isCached)) return contents;
    return Promise.all(contents.map(async (content) => content));
  }

  /** @returns the number of bytes it had reserved. */
  close(): number {
    this.#closing.abort();
    this.#files.clear();
    let bytes = 0;
    for (const size of this.#sizes.values()) bytes += size;
    this.#sizes.clear();
    return bytes;
  }

  /** Returns a cached file synchronously. */
  #read(
    path: string,
    maxBytes: number,
    at: number,
  ): FileContent | null | Promise<FileContent | null> {
    const kept = this.#files.get(path);
    if (kept === undefined || !this.#isFresh(kept, at)) {
      return this.#share(path, { ...this.#reading(path, maxBytes, kept), readAt: at });
    }
    if (kept.read === undefined) return this.#whenRead(path, maxBytes, kept);
    return serves(kept.read, kept, maxBytes)
      ? (kept.read?.content ?? null)
      : this.#readUncached(path, maxBytes);
  }

  /** Reads a file, unless it is unchanged since the last read. */
  #reading(
    path: string,
    maxBytes: number,
    last: SharedFile | undefined,
  ): Omit<SharedFile, 'readAt'> {
    const now = this.#options.now();
    const read = last?.read;
    const isKnown =
      last !== undefined &&
      read !== null &&
      read !== undefined &&
      last.now - read.state.ctimeMs >= STABLE_AFTER_MS &&
      serves(read, last, maxBytes);
    const readNow = () => readWithin(this.#root, path, maxBytes);
    const reading = isKnown
      ? isUnchanged(this.#root, path, read.state).then((same) => (same ? read : readNow()))
      : readNow();
    return { reading, read: undefined, maxBytes, now };
  }

  async #share(path: string, file: SharedFile): Promise<FileContent | null> {
    this.#files.set(path, file);
    const read = await file.reading;
    file.read = read;
    this.#keep(path, file);
    return read?.content ?? null;
  }

  async #whenRead(path: string, maxBytes: number, file: SharedFile): Promise<FileContent | null> {
    const read = await file.reading;
    return serves(read, file, maxBytes)
      ? (read?.content ?? null)
      : this.#readUncached(path, maxBytes);
  }

  /** Reads without the cache, for a reader with another limit. */
  async #readUncached(path: string, maxBytes: number): Promise<FileContent | null> {
    return (await readWithin(this.#root, path, maxBytes))?.content ?? null;
  }

  #keep(path: string, file: SharedFile): void {
    // The file was read again in the meantime, or the folder was closed.
    if (this.#files.get(path) !== file) return;
    const content = file.read?.content;
    const bytes = content?.text == null ? 0 : content.bytes * MEMORY_PER_BYTE;
    const before = this.#sizes.get(path) ?? 0;
    if (this.#options.reserve(bytes - before)) {
      this.#sizes.set(path, bytes);
      return;
    }
    this.#options.reserve(-before);
    this.#sizes.delete(path);
    this.#files.delete(path);
  }

  #isFresh({ readAt }: { readonly readAt: number }, at: number): boolean {
    return at - readAt <= this.#options.maxAgeMs;
  }
}

/** Whether cached content equals what a reader with the limit `maxBytes` would read. */
function serves(read: FileRead | null, file: SharedFile, maxBytes: number): boolean {
  if (read === null || file.maxBytes === maxBytes) return true;
  return read.content.isWhole && read.content.bytes <= maxBytes;
}

function isCached(
  content: FileContent | null | Promise<FileContent | null>,
): content is FileContent | null {
  return !(content instanceof Promise);
}
