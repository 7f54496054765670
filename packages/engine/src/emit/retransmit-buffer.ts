import { type Batch, endOf } from './send-buffer.ts';

/** Redis writes to the disk every second, and a busy disk may take another one. */
const KEPT_MS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;

interface Confirmed {
  readonly batch: Batch;
  /** When, in ms since 1970. */
  readonly at: number;
}

/**
 * Batches that the log has confirmed and may lose yet, because its store has not brought them to
 * the disk: those of the last seconds in which the store answered, as far as there is room.
 */
export class RetransmitBuffer {
  /** Without a gap, oldest first. */
  #batches: Confirmed[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  add(batch: Batch, at: number): void {
    this.#batches.push({ batch, at });
    this.#bytes += batch.bytes;
    while (this.#bytes > MOST_BYTES) this.#forgetOldest();
  }

  /**
   * The log was found to be whole at that moment, in ms since 1970: what it had confirmed long
   * before is on the disk.
   */
  confirmDurable(at: number): void {
    while ((this.#batches[0]?.at ?? Infinity) < at - KEPT_MS) this.#forgetOldest();
  }

  /** Takes back, in order, what a log that ends at this seq has lost of them. */
  takeLost(tail: number): readonly Batch[] {
    const lost = this.#batches.filter(({ batch }) => endOf(batch) > tail);
    this.#batches = this.#batches.filter(({ batch }) => endOf(batch) <= tail);
    for (const { batch } of lost) this.#bytes -= batch.bytes;
    return lost.map(({ batch }) => batch);
  }

  clear(): void {
    this.#batches = [];
    this.#bytes = 0;
  }

  #forgetOldest(): void {
    this.#bytes -= this.#batches.shift()?.batch.bytes ?? 0;
  }
}
