import { type Batch, endOf } from './send-buffer.ts';

/** Redis fsyncs every second, and a busy disk may take another one. */
const KEPT_MS = 5_000;
const MAX_BYTES = 4 * 1024 * 1024;

interface Confirmed {
  readonly batch: Batch;
  /** In ms since 1970. */
  readonly at: number;
}

/**
 * Confirmed batches that the store may still lose because they are not on disk: those of the last
 * seconds, up to a byte limit.
 */
export class RetransmitBuffer {
  /** Contiguous, oldest first. */
  #batches: Confirmed[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  add(batch: Batch, at: number): void {
    this.#batches.push({ batch, at });
    this.#bytes += batch.bytes;
    while (this.#bytes > MAX_BYTES) this.#forgetOldest();
  }

  /** Drops batches confirmed well before `at`: the log was intact then, so they are on disk. */
  confirmDurable(at: number): void {
    while ((this.#batches[0]?.at ?? Infinity) < at - KEPT_MS) this.#forgetOldest();
  }

  /** Takes back, in order, the batches missing from a log that ends at this seq. */
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
