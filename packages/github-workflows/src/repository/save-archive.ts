import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { broken, tooLarge } from './archive-failures.ts';

/**
 * Saves a download as fast as it comes: unpacking is slower than most networks, and a server may
 * hang up on a connection that is read too slowly.
 * @throws FatalError `repository_too_large`, `cache_not_writable`; RetryableError
 *    `archive_unreadable`; the signal's reason once it aborts.
 */
export async function saveArchive(
  archive: ReadableStream<Uint8Array>,
  file: string,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<void> {
  try {
    await pipeline(
      Readable.fromWeb(archive),
      (chunks) => bounded(chunks, maxBytes),
      createWriteStream(file),
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw broken(error);
  }
}

async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge('large an archive');
    yield chunk;
  }
}
