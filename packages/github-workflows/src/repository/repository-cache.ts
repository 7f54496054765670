import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { notWritable } from './archive-failures.ts';
import type { UnpackLimits } from './entry-guard.ts';
import { measureFolder } from './measure-folder.ts';
import { isLease, leasedNames, leaseRepository, type RepositoryLease } from './repository-lease.ts';
import { saveArchive } from './save-archive.ts';
import { hasCode } from './system-error.ts';
import { type Unpacked, unpackTarball } from './unpack-tarball.ts';

const UNFINISHED = 'unfinished-';
const SEPARATOR = '+';
/** The name of the folder with the files within an unfinished folder. */
const TREE = 'tree';
const HOUR_MS = 3_600_000;
const MAX_BYTES = 4 * 2 ** 30;

export interface CacheKey {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
  /** The whole commit id. */
  readonly commit: string;
}

export interface CacheOptions {
  readonly folder: string;
  readonly limits: UnpackLimits;
  /**
   * The maximum number of repositories; the least recently used ones are removed, except those in
   * use.
   */
  readonly maxRepositories: number;
  /**
   * The maximum size of all repositories on disk, in bytes; enforced in the same way. Default: 4
   * GiB.
   */
  readonly maxBytes?: number | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
}

export interface CachedRepository {
  readonly root: string;
  /** `null` if it was cached. */
  readonly unpacked: Unpacked | null;
}

/**
 * Caches unpacked repositories, a folder for each commit. Several processes may share it: a
 * repository appears whole, by a rename, or not at all.
 */
export class RepositoryCache {
  readonly #options: CacheOptions;
  /** A repository never changes, so each is measured once. */
  readonly #sizes = new Map<string, number>();

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /**
   * Protects a repository from being pruned by any process until the lease is disposed. Take it
   * before `get`.
   * @throws FatalError `cache_not_writable`.
   */
  async lease(key: CacheKey): Promise<RepositoryLease> {
    const { folder } = this.#options;
    try {
      await mkdir(folder, { recursive: true });
      return await leaseRepository(folder, nameOf(key));
    } catch (error) {
      throw notWritable(error);
    }
  }

  /**
   * Returns the folder of a repository, unpacking it if it is missing.
   * @param download is called only then.
   * @throws as `download` and `unpackTarball`; FatalError `cache_not_writable`.
   */
  async get(
    key: CacheKey,
    download: () => Promise<ReadableStream<Uint8Array>>,
    signal: AbortSignal,
  ): Promise<CachedRepository> {
    const root = join(this.#options.folder, nameOf(key));
    if (await this.#touch(root)) return { root, unpacked: null };
    const draft = await this.#makeDraft();
    try {
      const unpacked = await this.#fetch(draft, await download(), signal);
      await moveIntoPlace(join(draft, TREE), root);
      await this.#touch(root);
      await this.#prune(nameOf(key), signal);
      return { root, unpacked };
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #fetch(
    draft: string,
    archive: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Unpacked> {
    const { limits } = this.#options;
    const file = join(draft, 'archive.tar.gz');
    await saveArchive(archive, file, { maxBytes: limits.maxArchiveBytes, signal });
    return unpackTarball(createReadStream(file), join(draft, TREE), { limits, signal });
  }

  /** Marks a repository as recently used; false if it is missing. */
  async #touch(root: string): Promise<boolean> {
    const at = new Date(this.#options.now());
    try {
      await utimes(root, at, at);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw notWritable(error);
    }
  }

  async #makeDraft(): Promise<string> {
    try {
      await mkdir(this.#options.folder, { recursive: true });
      const draft = await mkdtemp(join(this.#options.folder, UNFINISHED));
      await mkdir(join(draft, TREE));
      return draft;
    } catch (error) {
      throw notWritable(error);
    }
  }

  /** @param newest is kept, even if it alone exceeds a limit. */
  async #prune(newest: string, signal: AbortSignal): Promise<void> {
    const { folder, maxRepositories, maxBytes = MAX_BYTES, now } = this.#options;
    const names = (await readdir(folder)).filter((name) => !isLease(name));
    const used = await Promise.all(names.map((name) => lastUse(folder, name)));
    const byUse = used.filter((entry) => entry !== null).sort((a, b) => b.at - a.at);
    for (const { name, at } of byUse) {
      const isAbandoned = name.startsWith(UNFINISHED) && at < now() - HOUR_MS;
      if (isAbandoned) await rm(join(folder, name), { recursive: true, force: true });
    }
    // The folder may contain other files.
    const whole = byUse.filter(({ name }) => name.includes(SEPARATOR) && name !== newest);
    if (whole.length === 0) return;
    let count = 1;
    let bytes = await this.#measure(newest, signal);
    for (const { name } of whole) {
      const size = await this.#measure(name, signal);
      if (count < maxRepositories && bytes + size <= maxBytes) {
        count += 1;
        bytes += size;
      } else if (!(await this.#remove(name))) {
        count += 1;
        bytes += size;
      }
    }
  }

  async #measure(name: string, signal: AbortSignal): Promise<number> {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    const size = await measureFolder(join(this.#options.folder, name), signal);
    this.#sizes.set(name, size);
    return size;
  }

  /** @returns false if it is in use. */
  async #remove(name: string): Promise<boolean> {
    const { folder } = this.#options;
    if ((await leasedNames(folder)).has(name)) return false;
    const removed = join(folder, `${UNFINISHED}${randomUUID()}`);
    try {
      await rename(join(folder, name), removed);
    } catch {
      // Another process was faster.
      return true;
    }
    // A lease may have been taken in the meantime; later users do not find the folder and unpack
    // the archive again.
    if ((await leasedNames(folder)).has(name)) {
      const isRestored = await rename(removed, join(folder, name)).then(
        () => true,
        () => false,
      );
      if (isRestored) return false;
    }
    this.#sizes.delete(name);
    await rm(removed, { recursive: true, force: true });
    return true;
  }
}

/** No part can contain the separator or a slash. */
function nameOf({ host, owner, repo, commit }: CacheKey): string {
  return [host.replaceAll(/[^\w.-]/g, '_'), owner, repo, commit].join(SEPARATOR).toLowerCase();
}

async function moveIntoPlace(tree: string, root: string): Promise<void> {
  try {
    await rename(tree, root);
  } catch (error) {
    // Another process was faster; its copy is as good.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw notWritable(error);
  }
}

async function lastUse(folder: string, name: string): Promise<{ name: string; at: number } | null> {
  try {
    return { name, at: (await stat(join(folder, name))).mtimeMs };
  } catch {
    // Another process pruned it.
    return null;
  }
}
