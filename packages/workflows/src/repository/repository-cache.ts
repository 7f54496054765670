import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { notWritable } from './archive-failures.ts';
import type { UnpackLimits } from './entry-guard.ts';
import { saveArchive } from './save-archive.ts';
import { hasCode } from './system-error.ts';
import { type Unpacked, unpackTarball } from './unpack-tarball.ts';

const UNFINISHED = 'unfinished-';
const SEPARATOR = '+';
/** Where in an unfinished folder the files are. */
const TREE = 'tree';
const HOUR_MS = 3_600_000;

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
  /** More are removed, least recently used first, but none that was used within the hour. */
  readonly maxRepositories: number;
  /** In ms since 1970. */
  readonly now: () => number;
}

export interface CachedRepository {
  readonly root: string;
  /** `null` when it was there already. */
  readonly unpacked: Unpacked | null;
}

/**
 * Keeps unpacked repositories, a folder for each commit. Several processes may share the folder: a repository appears in it
 * whole, by a rename, or not at all.
 */
export class RepositoryCache {
  readonly #options: CacheOptions;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /**
   * Returns the folder of a repository, unpacking it when it is not there yet.
   * @param download is called only then.
   * @throws what `download` and `unpackTarball` throw; FatalError `cache_not_writable`.
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
      await this.#prune();
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

  /** Marks a repository as used now; false when it is not there. */
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

  async #prune(): Promise<void> {
    const { folder, maxRepositories, now } = this.#options;
    const names = await readdir(folder);
    const used = await Promise.all(names.map((name) => lastUse(folder, name)));
    const byUse = used.filter((entry) => entry !== null).sort((a, b) => b.at - a.at);
    // Other things may live in the folder as well.
    const whole = byUse.filter(({ name }) => name.includes(SEPARATOR));
    const unfinished = byUse.filter(({ name }) => name.startsWith(UNFINISHED));
    const gone = [...whole.slice(maxRepositories), ...unfinished].filter(
      ({ at }) => at < now() - HOUR_MS,
    );
    for (const { name } of gone) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** None of the parts can contain the separator, or a slash. */
function nameOf({ host, owner, repo, commit }: CacheKey): string {
  return [host.replaceAll(/[^\w.-]/g, '_'), owner, repo, commit].join(SEPARATOR).toLowerCase();
}

async function moveIntoPlace(tree: string, root: string): Promise<void> {
  try {
    await rename(tree, root);
  } catch (error) {
    // Somebody else was faster; theirs is as good.
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
