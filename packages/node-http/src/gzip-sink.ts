import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { StreamSink } from '@runtape/server';

/** Below this a stored block is about as small, and costs nothing to make. */
const STORED_BYTES = 200;
const MOST_STORED_BYTES = 65_535;
/** RFC 1952, 2.3: no name, no time, an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** A final block with nothing in it. */
const LAST_BLOCK = Uint8Array.of(3, 0);
const TRAILER_BYTES = 8;

/** Compressed already, by what is in them. */
const blocks = new WeakMap<Uint8Array, Uint8Array>();

/**
 * Compresses a stream to one member of gzip, made of blocks that know nothing of each other: the
 * same block goes to every client that gets the same bytes, can be read as soon as it is there, and
 * no client has a window of its own. Of each client only the checksum and length are kept.
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
    return this.#sink.write(joined(HEADER, block));
  }

  end(): void {
    const trailer = new Uint8Array(TRAILER_BYTES);
    const view = new DataView(trailer.buffer);
    view.setUint32(0, this.#checksum, true);
    // Modulo 2^32, as the format has it.
    view.setUint32(4, this.#length % 2 ** 32, true);
    const last = joined(LAST_BLOCK, trailer);
    this.#sink.write(this.#hasBegun ? last : joined(HEADER, last));
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
 * RFC 1951, 3.2.4: not the last block, its length and the complement of that, and the bytes as they
 * are.
 */
function storedBlock(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const complement = MOST_STORED_BYTES - length;
  const head = Uint8Array.of(0, length & 255, length >> 8, complement & 255, complement >> 8);
  return joined(head, bytes);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
