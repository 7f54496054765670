import type { HistoryLoader } from './history-loader.ts';

/** Reads events again that had been forgotten, a stretch at a time, until the state at an event can be folded. */
export class Refill {
  readonly #loader: HistoryLoader;
  readonly #onChange: () => void;
  #reading: AbortController | null = null;
  #error: string | null = null;

  constructor(loader: HistoryLoader, onChange: () => void) {
    this.#loader = loader;
    this.#onChange = onChange;
  }

  get isReading(): boolean {
    return this.#reading !== null;
  }

  /** What the last reading failed with; nothing is read again before `tryAgain`. */
  get error(): string | null {
    return this.#error;
  }

  tryAgain(): void {
    this.#error = null;
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
      this.#error = error instanceof Error ? error.message : 'The server did not answer.';
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
