type Part = (buffer: Buffer, start: number, end: number) => void;

const LF = 10;
const CR = 13;

/**
 * Splits an HTTP/1.1 body into its chunks as they arrive, without copying them: a load generator
 * must cost less than the measured server.
 */
export class ChunkedBody {
  readonly #onPart: Part;
  /** Remaining bytes of the chunk; below 0 while its size or its end is read. */
  #left = 0;
  #state: 'size' | 'data' | 'end' = 'size';
  #size = '';

  constructor(onPart: Part) {
    this.#onPart = onPart;
  }

  feed(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#state === 'data') {
        const until = Math.min(end, at + this.#left);
        this.#onPart(buffer, at, until);
        this.#left -= until - at;
        at = until;
        if (this.#left === 0) this.#state = 'end';
      } else {
        const byte = buffer[at];
        at += 1;
        if (this.#state === 'end') {
          if (byte === LF) this.#state = 'size';
        } else if (byte === LF) {
          this.#left = Number.parseInt(this.#size, 16);
          this.#size = '';
          this.#state = this.#left > 0 ? 'data' : 'end';
        } else if (byte !== CR) {
          this.#size += String.fromCharCode(byte ?? 0);
        }
      }
    }
  }
}
