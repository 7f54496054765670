import { RuntapeClientError } from '@runtape/client';
import type { HistoryLoader } from './history-loader.ts';

/** What failed is asked for again by itself this often at most, in ms. */
const EVERY_MS = 1000;

/** Reads what is missing where somebody looks, a stretch at a time, until the state at an event can be folded. */
export class GapLoader {
  readonly #loader: HistoryLoader;
  readonly #onChange: () => void;
  #reading: AbortController | null = null;
  /** The playhead waits for what is being read. */
  #isNeeded = false;
  #error: string | null = null;
  #failedAt = 0;

  constructor(loader: HistoryLoader, onChange: () => void) {
    this.#loader = loader;
    this.#onChange = onChange;
  }

  /** The state at the playhead is on its way. */
  get isReading(): boolean {
    return this.#isNeeded;
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

  /** Reads what is missing for the state at an event, unless something is being read. */
  async read(index: number): Promise<void> {
    this.#isNeeded = true;
    const { history } = this.#loader;
    const past = this.#loader.pastFor(index);
    const missing = past === null ? history.missingFor(index) : history.missingAround(index);
    await this.#run(async (signal) => {
      await Promise.all([
        past === null ? null : this.#loader.readPast(past, signal),
        missing === null ? null : this.#loader.refill(missing, signal),
      ]);
    });
  }

  /** Reads the events around one, for somebody who only wants to know what they are, unless something is being read. */
  async readAround(index: number): Promise<void> {
    const missing = this.#loader.history.missingAround(index);
    if (missing === null) return;
    await this.#run((signal) => this.#loader.refill(missing, signal));
  }

  async #run(read: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#reading !== null || this.#error !== null) return;
    const reading = new AbortController();
    this.#reading = reading;
    try {
      await read(reading.signal);
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#error = RuntapeClientError.from(error).message;
      this.#failedAt = performance.now();
    }
    if (reading.signal.aborted) return;
    this.#reading = null;
    this.#isNeeded = false;
    this.#onChange();
  }

  stop(): void {
    this.#reading?.abort();
    this.#reading = null;
    this.#isNeeded = false;
  }
}
