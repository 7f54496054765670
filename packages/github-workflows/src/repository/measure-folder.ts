import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 32;
/** The size of a block in `stat`, in bytes, on every file system. */
const BLOCK = 512;

/**
 * Measures the disk usage of a folder, in bytes. Files that vanish are ignored.
 * @throws the signal's reason once it aborts.
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
