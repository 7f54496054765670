import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 32;
/** In bytes, as `stat` counts blocks, whatever the file system. */
const BLOCK = 512;

/**
 * Measures what a folder takes on disk, in bytes.
 * @throws the signal's reason once it aborts. Files that vanish are ignored.
 */
export async function measureFolder(path: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  let bytes = 0;
  const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
  for (let next = 0; next < entries.length; next += AT_ONCE) {
    signal.throwIfAborted();
    const batch = entries.slice(next, next + AT_ONCE);
    const sizes = await Promise.all(batch.map(({ name }) => sizeOf(join(path, name))));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  for (const entry of entries) {
    if (entry.isDirectory()) bytes += await measureFolder(join(path, entry.name), signal);
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).blocks * BLOCK;
  } catch {
    return 0;
  }
}
