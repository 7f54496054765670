import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedisServer } from './start-redis.ts';
import { RedisToolingError } from './redis-tooling-error.ts';

const FOLDER = 'appendonlydir';
const MANIFEST = 'appendonly.aof.manifest';

/** The append-only file that a Redis started with `appendOnly` writes to. */
export interface AppendOnlyFile {
  /** The size in bytes. With `appendfsync always` it includes every acknowledged write. */
  size(): Promise<number>;
  /**
   * Cuts the end off, as a power failure does. Call it while the Redis is down; it then starts
   * without the cut writes, and without a transaction or script that was cut in two.
   * @param size the maximum number of bytes to keep.
   * @returns the number of bytes removed.
   */
  cutTo(size: number): Promise<number>;
}

/** @throws {RedisToolingError} `no_append_only_file` for a Redis without such a file. */
export function appendOnlyFileOf({ dir }: Pick<RedisServer, 'dir'>): AppendOnlyFile {
  const sizeOf = async (): Promise<number> => (await stat(await pathIn(dir))).size;
  return {
    size: sizeOf,
    cutTo: async (size) => {
      const before = await sizeOf();
      if (size >= before) return 0;
      await truncate(await pathIn(dir), size);
      return before - size;
    },
  };
}

/**
 * A manifest names the files of Redis: one with everything up to some time, and the one that it has
 * appended to since.
 */
async function pathIn(dir: string): Promise<string> {
  const folder = join(dir, FOLDER);
  const manifest = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new RedisToolingError('no_append_only_file', `There is no append-only file in ${dir}.`, {
      cause,
    });
  });
  const names = [...manifest.matchAll(/^file (\S+) seq \d+ type i/gm)].map(([, name]) => name);
  const name = names.at(-1);
  if (name !== undefined) return join(folder, name);
  throw new RedisToolingError('no_append_only_file', `${MANIFEST} in ${dir} names no file.`);
}
