import { untilAborted } from '@runtape/async';
import type { ListOptions } from './list-paths.ts';
import type { Repository } from './repository.ts';
import { SharedFolder } from './shared-folder.ts';

const MAX_BYTES = 64 * 2 ** 20;
const MAX_AGE_MS = 1_000;

/** A repository in use. Dispose of it after the last read. */
export interface OpenRepository extends Repository, Disposable {}

export interface SharedRepositoriesOptions {
  /** The memory limit for all files, in bytes. Files beyond it are not cached. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long a read of a changing folder may be shared, in ms. Default: 1,000. */
  readonly maxAgeMs?: number | undefined;
  /** A monotonic clock in ms with any origin. Default: `performance.now`. */
  readonly elapsed?: (() => number) | undefined;
  /** The time in ms since 1970, as in file systems. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * The repositories open in this process. Concurrent users of a repository share its list and its
 * files. A folder that may change is listed again after `maxAgeMs`, and changed files are read
 * again. Nothing is kept after the last user has finished.
 */
export class SharedRepositories {
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #elapsed: () => number;
  readonly #now: () => number;
  readonly #folders = new Map<string, SharedFolder>();
  #bytes = 0;

  constructor(options: SharedRepositoriesOptions = {}) {
    const { maxBytes = MAX_BYTES, maxAgeMs = MAX_AGE_MS } = options;
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = maxAgeMs;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#now = options.now ?? Date.now;
  }

  /** Memory in use, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Opens a folder for the tools: lists it once, and then reads only listed files.
   * @param root an existing folder, as an absolute path without links.
   * @param options.onlyTracked for a folder that holds a commit, and so never changes.
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
    let isUsed = true;
    const leave = (): void => {
      if (isUsed) this.#leave(key, folder);
      isUsed = false;
    };
    const list = await untilAborted(folder.list(), signal).catch((error: unknown) => {
      leave();
      throw error;
    });
    const listed = new Set(list.paths);
    return {
      ...list,
      read: async (path, maxBytes) => (listed.has(path) ? folder.read(path, maxBytes) : null),
      readAll: (paths, maxBytes) => folder.readAll(paths, maxBytes, listed),
      [Symbol.dispose]: leave,
    };
  }

  #share(key: string, root: string, options: ListOptions): SharedFolder {
    const folder = new SharedFolder(root, options, {
      maxAgeMs: options.onlyTracked === true ? Infinity : this.#maxAgeMs,
      elapsed: this.#elapsed,
      now: this.#now,
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
