import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { FatalError } from '@runtape/engine';
import { ReadEntry, Unpack } from 'tar';
import { fatal, retryable } from '../failures.ts';
import { EntryGuard, type UnpackLimits } from './entry-guard.ts';
import { codeOf, hasCode } from './system-error.ts';

export const UNPACK_LIMITS: UnpackLimits = {
  maxArchiveBytes: 256 * 2 ** 20,
  maxTotalBytes: 2 ** 30,
  maxFileBytes: 5 * 2 ** 20,
  maxEntries: 100_000,
};

/** What came of an archive. */
export interface Unpacked {
  readonly files: number;
  /** Links, and files above the limit. */
  readonly leftOut: number;
}

/**
 * Unpacks a gzipped tar as it arrives, without its top folder. Nothing outside the folder is ever written: an archive that tries is
 * refused at the first such entry.
 * @param folder an existing, empty folder; on failure its content is of no use.
 * @throws FatalError `archive_unsafe`, `repository_too_large`, `cache_not_writable`; RetryableError `archive_unreadable`;
 *   the signal's reason once it aborts.
 */
export async function unpackTarball(
  archive: ReadableStream<Uint8Array>,
  folder: string,
  { limits, signal }: { limits: UnpackLimits; signal: AbortSignal },
): Promise<Unpacked> {
  const guard = new EntryGuard(limits);
  const unpack = new Unpack({
    cwd: folder,
    strip: 1,
    noMtime: true,
    preserveOwner: false,
    zstd: false,
    filter: (_path, entry) => entry instanceof ReadEntry && guard.admits(entry),
    // Anything that is not written as it should be makes the copy incomplete.
    onwarn: (code, _message, data) => {
      if (code !== 'TAR_ENTRY_INFO') guard.failure ??= broken(data);
    },
  });
  unpack.on('error', (error: unknown) => (guard.failure ??= broken(error)));
  const closed = new Promise((resolve) => unpack.once('close', resolve));
  try {
    await pipeline(
      Readable.fromWeb(archive),
      (chunks) => guard.countArchive(chunks),
      createGunzip(),
      (chunks) => guard.countContent(chunks),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          const hasRoom = unpack.write(chunk);
          if (guard.failure !== null) throw guard.failure;
          if (!hasRoom) await once(unpack, 'drain', { signal });
        }
      },
      { signal },
    );
  } catch (error) {
    guard.failure ??= broken(error);
  }
  // Whatever went wrong, files may be half written: who gets the failure may remove the folder, and nothing comes after.
  unpack.end();
  await closed;
  signal.throwIfAborted();
  if (guard.failure !== null) throw guard.failure;
  return { files: guard.files, leftOut: guard.leftOut };
}

function broken(error: unknown): Error {
  if (error instanceof FatalError) return error;
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS')) {
    return fatal(
      'cache_not_writable',
      `The cache folder cannot be written (${codeOf(error)}). Free some space, or give Runtape a folder it may write to.`,
      error,
    );
  }
  return retryable(
    'archive_unreadable',
    "The repository's archive broke off or is damaged. If that goes on, name a local folder instead.",
    { cause: error },
  );
}
