import { once } from 'node:events';
import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  type Deflate,
  type Gzip,
} from 'node:zlib';
import type { Encoding } from './accepted-encoding.ts';

/** About 64 KB a stream instead of 256: events resemble those just before them. */
const small = { level: 5, windowBits: 13, memLevel: 6, flush: constants.Z_SYNC_FLUSH };
const smallBrotli = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
};

/**
 * A body, compressed so that every piece of it can be read as soon as it came: each is flushed on its own, which the
 * `CompressionStream` of the Web cannot do. Asks for the next piece only when the client took the last one.
 */
export function flushedBody(
  body: ReadableStream<Uint8Array>,
  encoding: Encoding,
): ReadableStream<Uint8Array> {
  const source = body.getReader();
  const zip = makeZip(encoding);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        zip.on('data', (bytes: Uint8Array) => controller.enqueue(bytes));
        zip.on('error', (error) => controller.error(error));
      },
      async pull(controller) {
        try {
          const piece = await nextPiece(source);
          if (piece !== null) {
            await written(zip, piece);
          } else {
            await ended(zip);
            controller.close();
          }
        } catch (error) {
          zip.destroy();
          throw error;
        }
      },
      async cancel(reason) {
        zip.destroy();
        await source.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

type Zip = Gzip | Deflate | BrotliCompress;

function makeZip(encoding: Encoding): Zip {
  switch (encoding) {
    case 'gzip':
      return createGzip(small);
    case 'deflate':
      return createDeflate(small);
    case 'br':
      return createBrotliCompress(smallBrotli);
  }
}

/** Empty pieces make no output, and who asked would wait for some. @returns `null` at the end. */
async function nextPiece(
  source: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | null> {
  for (;;) {
    const { done, value } = await source.read();
    if (done) return null;
    if (value.length > 0) return value;
  }
}

async function ended(zip: Zip): Promise<void> {
  const end = once(zip, 'end');
  zip.end();
  await end;
}

async function written(zip: Zip, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  zip.write(bytes, (error) => (error ? reject(error) : resolve()));
  await promise;
}
