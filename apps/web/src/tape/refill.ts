import { RuntapeClientError } from '@runtape/client';
import type { HistoryLoader } from './history-loader.ts';

/** What failed is asked for again by itself this often at most, in ms. */
const EVERY_MS = 1000;

/** Reads events again that had been forgotten, a stretch at a time, until the state at an event can be folded. */
export class Refill {
  readonly #loader: HistoryLoader;
  readonly #onChange: () => void;
  #reading: AbortController | null = null;
  #error: string | null = null;
  #failedAt = 0;

  constructor(loader: HistoryLoader, onChange: () => void) {
    this.#loader = loader;
    this.#onChange = onChange;
  }

  get isReading(): boolean {
    return this.#reading !== null;
  }

  /** What the last reading failed with; nothing is read again before `tryAgain`, or before the server is back. */
  get error(): string | null {
    return this.#error;
  }

  tryAgain(): void {
    this.#error = null;
  }

  /** @returns true when there is something to read again. */
  serverIsBack(): boolean {
    if (this.#error === null || performance.now() - this.#failedAt < EVERY_MS) return false;
    this.#error = null;
    return true;
  }

  /** Reads the first stretch that is missing for an event, unless one is being read. */
  async read(index: number): Promise<void> {
    const missing = this.#loader.history.missingFor(index);
    if (missing === null || this.#reading !== null || this.#error !== null) return;
    const reading = new AbortController();
    this.#reading = reading;
    try {
      await this.#loader.refill(missing, reading.signal);
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#error = RuntapeClientError.from(error).message;
      this.#failedAt = performance.now();
    }
    if (reading.signal.aborted) return;
    this.#reading = null;
    this.#onChange();
  }

  stop(): void {
    this.#reading?.abort();
    this.#reading = null;
  }
}
