import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ReadEntry, UnpackSync } from 'tar';
import { broken } from './archive-failures.ts';
import { EntryGuard, type UnpackLimits } from './entry-guard.ts';

export const UNPACK_LIMITS: UnpackLimits = {
  maxArchiveBytes: 256 * 2 ** 20,
  maxTotalBytes: 2 ** 30,
  maxFileBytes: 5 * 2 ** 20,
  maxEntries: 100_000,
};

/** The result of unpacking an archive. */
export interface Unpacked {
  readonly files: number;
  /** The number of omitted links, and of files above the limit. */
  readonly leftOut: number;
}

/**
 * Unpacks a gzipped tar as it is read, without its top folder. Nothing is written outside the
 * folder: an archive that tries is refused at the first such entry.
 * @param folder an existing, empty folder; useless after a failure.
 * @throws FatalError `archive_unsafe`, `repository_too_large`, `cache_not_writable`; RetryableError
 *    `archive_unreadable`; the signal's reason once it aborts.
 */
export async function unpackTarball(
  archive: Readable,
  folder: string,
  { limits, signal }: { limits: UnpackLimits; signal: AbortSignal },
): Promise<Unpacked> {
  const guard = new EntryGuard(limits);
  // Synchronous writes are much faster for many small files; chunks are small, so other work is not
  // delayed long.
  const unpack = new UnpackSync({
    cwd: folder,
    strip: 1,
    noMtime: true,
    preserveOwner: false,
    zstd: false,
    filter: (_path, entry) => entry instanceof ReadEntry && guard.admits(entry),
    // An entry that is not written correctly makes the copy incomplete.
    onwarn: (code, _message, data) => {
      if (code !== 'TAR_ENTRY_INFO') guard.failure ??= broken(data);
    },
  });
  unpack.on('error', (error: unknown) => (guard.failure ??= broken(error)));
  const closed = new Promise((resolve) => unpack.once('close', resolve));
  try {
    await pipeline(
      archive,
      createGunzip(),
      (chunks) => guard.countContent(chunks),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          unpack.write(chunk);
          if (guard.failure !== null) throw guard.failure;
        }
      },
      { signal },
    );
  } catch (error) {
    guard.failure ??= broken(error);
  }
  // Also after a failure, because a file may still be open.
  unpack.end();
  await closed;
  signal.throwIfAborted();
  if (guard.failure !== null) throw guard.failure;
  return { files: guard.files, leftOut: guard.leftOut };
}
