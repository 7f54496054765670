import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 64;

/**
 * A fingerprint of a folder by paths, sizes and modification times, without reading files.
 * @param paths relative to the root.
 * @throws the signal's reason once it aborts.
 */
export async function folderState(
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for (let next = 0; next < paths.length; next += AT_ONCE) {
    signal.throwIfAborted();
    const batch = paths.slice(next, next + AT_ONCE);
    const lines = await Promise.all(
      batch.map(async (path) => `${path}\0${await fingerprint(root, path)}\n`),
    );
    hash.update(lines.join(''));
  }
  return hash.digest('hex');
}

async function fingerprint(root: string, path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(join(root, path));
    return `${size}\0${mtimeMs}`;
  } catch {
    // The file was removed since the folder was listed.
    return 'gone';
  }
}
