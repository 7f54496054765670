import type { ListOptions, PathList } from './list-paths.ts';
import { type FileContent, listRepository, readWithin, type Repository } from './repository.ts';

const MAX_BYTES = 64 * 2 ** 20;
const MAX_AGE_MS = 1_000;
/** A character takes up to two bytes of memory and at least one in a file, and a text is there in lower case as well once it was searched. */
const MEMORY_PER_BYTE = 4;

/** A repository that is in use. Dispose of it when nothing more is read. */
export interface OpenRepository extends Repository, Disposable {}

export interface SharedRepositoriesOptions {
  /** What is kept of all files together, in bytes of memory. What is beyond is read each time. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** For how long what was read of a folder that may change is good enough for others, in ms. Default: 1,000. */
  readonly maxAgeMs?: number | undefined;
  /** In ms, from anywhere. Default: `performance.now`. */
  readonly elapsed?: (() => number) | undefined;
}

/**
 * The repositories that workflows of this process look into. Those who look into the same one at the same time share what they read:
 * it is listed once and each file is read once, and again after `maxAgeMs` where it may change. When the last of them is done nothing of it is kept.
 */
export class SharedRepositories {
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #elapsed: () => number;
  readonly #folders = new Map<string, SharedFolder>();
  #bytes = 0;

  constructor(options: SharedRepositoriesOptions = {}) {
    const { maxBytes = MAX_BYTES, maxAgeMs = MAX_AGE_MS } = options;
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = maxAgeMs;
    this.#elapsed = options.elapsed ?? (() => performance.now());
  }

  /** What is kept now, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Opens a folder for the tools, as `openRepository` does.
   * @param root an existing folder, as an absolute path without links in it.
   * @param options.onlyTracked of a folder that holds a commit, and so never changes.
   * @throws the signal's reason once it aborts.
   */
  async open(
    root: string,
    signal: AbortSignal,
    options: ListOptions = {},
  ): Promise<OpenRepository> {
    signal.throwIfAborted();
    const key = `${options.onlyTracked === true ? 'commit' : 'folder'}:${root}`;
    const folder = this.#folders.get(key) ?? this.#share(key, root, options);
    folder.users += 1;
    using leaving = new DisposableStack();
    leaving.defer(() => this.#leave(key, folder));
    const list = await untilAborted(folder.list(), signal);
    const listed = new Set(list.paths);
    const used = leaving.move();
    return {
      ...list,
      read: async (path, maxBytes) => (listed.has(path) ? folder.read(path, maxBytes) : null),
      [Symbol.dispose]: () => used.dispose(),
    };
  }

  #share(key: string, root: string, options: ListOptions): SharedFolder {
    const folder = new SharedFolder(root, options, {
      maxAgeMs: options.onlyTracked === true ? Infinity : this.#maxAgeMs,
      elapsed: this.#elapsed,
      reserve: (bytes) => {
        if (this.#bytes + bytes > this.#maxBytes) return false;
        this.#bytes += bytes;
        return true;
      },
    });
    this.#folders.set(key, folder);
    return folder;
  }

  #leave(key: string, folder: SharedFolder): void {
    folder.users -= 1;
    if (folder.users > 0) return;
    this.#folders.delete(key);
    this.#bytes -= folder.close();
  }
}

interface SharedFolderOptions {
  readonly maxAgeMs: number;
  readonly elapsed: () => number;
  /** Takes so many bytes of what all may keep, or less than none to give them back. @returns false when there is no room. */
  readonly reserve: (bytes: number) => boolean;
}

interface SharedFile {
  readonly content: Promise<FileContent | null>;
  readonly maxBytes: number;
  readonly readAt: number;
}

/** What those who look into a folder at the same time share. */
class SharedFolder {
  users = 0;
  readonly #root: string;
  readonly #listOptions: ListOptions;
  readonly #options: SharedFolderOptions;
  /** Aborts when nobody looks into it any more. */
  readonly #closing = new AbortController();
  readonly #files = new Map<string, SharedFile>();
  /** How many bytes are reserved for each file. */
  readonly #sizes = new Map<string, number>();
  #list: { readonly paths: Promise<PathList>; readonly readAt: number } | undefined;

  constructor(root: string, listOptions: ListOptions, options: SharedFolderOptions) {
    this.#root = root;
    this.#listOptions = listOptions;
    this.#options = options;
  }

  list(): Promise<PathList> {
    if (this.#list !== undefined && this.#isFresh(this.#list.readAt)) return this.#list.paths;
    const paths = listRepository(this.#root, this.#closing.signal, this.#listOptions);
    const listing = { paths, readAt: this.#options.elapsed() };
    this.#list = listing;
    // Who comes next tries again; those who wait hear of it themselves.
    paths.catch(() => {
      if (this.#list === listing) this.#list = undefined;
    });
    return paths;
  }

  async read(path: string, maxBytes: number): Promise<FileContent | null> {
    const kept = this.#files.get(path);
    if (kept !== undefined && this.#isFresh(kept.readAt)) {
      const content = await kept.content;
      const isForBoth = kept.maxBytes === maxBytes || content === null;
      if (isForBoth || (content.isWhole && content.bytes <= maxBytes)) return content;
      return await readWithin(this.#root, path, maxBytes);
    }
    const content = readWithin(this.#root, path, maxBytes);
    const file = { content, maxBytes, readAt: this.#options.elapsed() };
    this.#files.set(path, file);
    const found = await content;
    this.#keep(path, file, found);
    return found;
  }

  /** @returns how many bytes it had reserved. */
  close(): number {
    this.#closing.abort();
    this.#files.clear();
    let bytes = 0;
    for (const size of this.#sizes.values()) bytes += size;
    this.#sizes.clear();
    return bytes;
  }

  #keep(path: string, file: SharedFile, found: FileContent | null): void {
    // It was read again meanwhile, or nobody is there any more.
    if (this.#files.get(path) !== file) return;
    const bytes = found?.text == null ? 0 : found.bytes * MEMORY_PER_BYTE;
    const before = this.#sizes.get(path) ?? 0;
    if (this.#options.reserve(bytes - before)) {
      this.#sizes.set(path, bytes);
      return;
    }
    this.#options.reserve(-before);
    this.#sizes.delete(path);
    this.#files.delete(path);
  }

  #isFresh(readAt: number): boolean {
    return this.#options.elapsed() - readAt <= this.#options.maxAgeMs;
  }
}

async function untilAborted<Result>(
  waitedFor: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([waitedFor, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
