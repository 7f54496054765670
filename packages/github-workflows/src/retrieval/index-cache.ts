import { KeyedMutex } from '@runtape/async';
import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../repository/system-error.ts';
import { type IndexedFiles, readIndexFile, UNFINISHED, writeIndexFile } from './index-file.ts';

const ENDING = '.index.gz';
const HOUR_MS = 3_600_000;

/** Identifies the indexed files. */
export interface IndexKey {
  /** The location of the files; there is one index per location. */
  readonly location: string;
  /** Changes whenever the files do. */
  readonly state: string;
}

export interface IndexCacheOptions {
  readonly folder: string;
  /** A larger index is used, but not cached. */
  readonly maxIndexBytes: number;
  /** The limit of all indexes together, in bytes; the least recently used ones are removed. */
  readonly maxBytes: number;
  readonly maxIndexes: number;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** A problem that did not stop the question, for its log. */
interface IndexRemark {
  readonly message: string;
  readonly fields: { readonly reason: string };
}

interface Remarks {
  readonly onRemark: (remark: IndexRemark) => Promise<void>;
}

export interface IndexUse<Built extends IndexedFiles> extends Remarks {
  readonly build: () => Promise<Built>;
  readonly signal: AbortSignal;
}

/** Keeps indexes in a folder that several processes may share. */
export class IndexCache {
  readonly #options: IndexCacheOptions;
  readonly #building = new KeyedMutex();

  constructor(options: IndexCacheOptions) {
    this.#options = options;
  }

  /**
   * Returns the index for this state of the files, building it if it is missing. Concurrent
   * questions in this process build it once.
   * @throws as `build`; the signal's reason once it aborts. Errors of the folder only become
   *    remarks.
   */
  async get<Built extends IndexedFiles>(
    key: IndexKey,
    use: IndexUse<Built>,
  ): Promise<{ indexed: IndexedFiles; built: Built | null }> {
    const file = join(this.#options.folder, nameOf(key));
    return this.#building.run(file, use.signal, async () => {
      const indexed = await this.#read(file, key.state, use);
      if (indexed !== null) return { indexed, built: null };
      const built = await use.build();
      // An empty index is built quickly, and rarely needed again.
      if (built.index.size > 0) await this.#store(file, key.state, built, use);
      return { indexed: built, built };
    });
  }

  async #read(file: string, state: string, { onRemark }: Remarks): Promise<IndexedFiles | null> {
    const kept = await readIndexFile(file, state);
    if (kept.kind === 'found') {
      await this.#touch(file);
      return kept.indexed;
    }
    if (kept.kind === 'damaged') {
      await onRemark({
        message: 'The stored index cannot be read, so it is built again.',
        fields: { reason: codeOf(kept.cause) || 'not an index' },
      });
    }
    return null;
  }

  async #store(
    file: string,
    state: string,
    indexed: IndexedFiles,
    { onRemark }: Remarks,
  ): Promise<void> {
    const { maxIndexBytes } = this.#options;
    try {
      const bytes = await writeIndexFile(file, state, indexed, maxIndexBytes);
      if (bytes <= maxIndexBytes) return await this.#prune();
      await onRemark({
        message: 'The index is too large to be kept; the next question builds it again.',
        fields: { reason: `${bytes} bytes, of ${maxIndexBytes} at most` },
      });
    } catch (error) {
      await onRemark({
        message:
          'The index could not be kept; the next question builds it again. Give Runtape a cache folder it may write to.',
        fields: { reason: codeOf(error) || 'unknown' },
      });
    }
  }

  /** Marks an index as recently used. */
  async #touch(file: string): Promise<void> {
    const at = new Date(this.#options.now());
    // Another process removed it, or this one lacks write access; the content is still valid.
    await utimes(file, at, at).catch(() => undefined);
  }

  async #prune(): Promise<void> {
    const { folder, maxBytes, maxIndexes, now } = this.#options;
    const found = await Promise.all((await readdir(folder)).map((name) => statEntry(folder, name)));
    const entries = found.filter((entry) => entry !== null).sort((a, b) => b.at - a.at);
    let bytes = 0;
    const indexes = entries.filter(({ name }) => name.endsWith(ENDING));
    const surplus = indexes.filter(({ size }, location) => {
      bytes += size;
      // The newest index is the one in use.
      return location > 0 && (location >= maxIndexes || bytes > maxBytes);
    });
    const abandoned = entries.filter(
      ({ name, at }) => name.startsWith(UNFINISHED) && at < now() - HOUR_MS,
    );
    for (const { name } of [...surplus, ...abandoned]) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Hashed, because the place may be a path of this machine. */
function nameOf({ location }: IndexKey): string {
  return createHash('sha256').update(location).digest('hex').slice(0, 40) + ENDING;
}

async function statEntry(
  folder: string,
  name: string,
): Promise<{ name: string; at: number; size: number } | null> {
  try {
    const { mtimeMs: at, size } = await stat(join(folder, name));
    return { name, at, size };
  } catch {
    // Another process removed it.
    return null;
  }
}
