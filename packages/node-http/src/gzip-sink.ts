import { constants, crc32, deflateRawSync } from 'node:zlib';
import { concatBytes, type StreamSink } from '@runtape/server';

/** Below this size a stored (uncompressed) block is about as small and costs no compression. */
const STORED_BYTES = 200;
const MAX_STORED_BYTES = 65_535;
/** RFC 1952, 2.3: no name, no time, an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** An empty final block. */
const LAST_BLOCK = Uint8Array.of(3, 0);
const TRAILER_BYTES = 8;

/** Compressed blocks, by their uncompressed bytes. */
const blocks = new WeakMap<Uint8Array, Uint8Array>();

/**
 * Compresses a stream to one gzip member of independent blocks: clients that get the same bytes
 * share one block, each block is readable as soon as it arrives, and no client needs a compression
 * window. Only the checksum and the length are kept per client.
 */
export class GzipSink implements StreamSink {
  readonly #sink: StreamSink;
  #hasBegun = false;
  #checksum = 0;
  #length = 0;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): boolean {
    this.#checksum = crc32(bytes, this.#checksum);
    this.#length += bytes.length;
    const block = blockOf(bytes);
    if (this.#hasBegun) return this.#sink.write(block);
    this.#hasBegun = true;
    return this.#sink.write(concatBytes([HEADER, block]));
  }

  end(): void {
    const trailer = new Uint8Array(TRAILER_BYTES);
    const view = new DataView(trailer.buffer);
    view.setUint32(0, this.#checksum, true);
    // The format requires the length modulo 2^32.
    view.setUint32(4, this.#length % 2 ** 32, true);
    const last = concatBytes([LAST_BLOCK, trailer]);
    this.#sink.write(this.#hasBegun ? last : concatBytes([HEADER, last]));
    this.#sink.end();
  }
}

function blockOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  const known = blocks.get(bytes);
  if (known !== undefined) return known;
  const block =
    bytes.length < STORED_BYTES
      ? storedBlock(bytes)
      : deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  blocks.set(bytes, block);
  return block;
}

/**
 * A non-final stored block (RFC 1951, 3.2.4): its length, the complement of the length, and the
 * uncompressed bytes.
 */
function storedBlock(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const complement = MAX_STORED_BYTES - length;
  const head = Uint8Array.of(0, length & 255, length >> 8, complement & 255, complement >> 8);
  return concatBytes([head, bytes]);
}
