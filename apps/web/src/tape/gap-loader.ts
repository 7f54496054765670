import { RuntapeClientError } from '@runtape/client';
import type { HistoryLoader } from './history-loader.ts';

/** The least time between automatic retries, in ms. */
const EVERY_MS = 1000;

/** Loads missing events where the user looks, a segment at a time. */
export class GapLoader {
  readonly #loader: HistoryLoader;
  readonly #onChange: () => void;
  #reading: AbortController | null = null;
  /** The playhead waits for the events that are loading. */
  #isNeeded = false;
  #error: string | null = null;
  #failedAt = 0;

  constructor(loader: HistoryLoader, onChange: () => void) {
    this.#loader = loader;
    this.#onChange = onChange;
  }

  /** The state at the playhead is loading. */
  get isReading(): boolean {
    return this.#isNeeded;
  }

  /** Why the last load failed. Nothing is loaded before `tryAgain` or `serverIsBack`. */
  get error(): string | null {
    return this.#error;
  }

  tryAgain(): void {
    this.#error = null;
  }

  /** @returns true when there is something to load again. */
  serverIsBack(): boolean {
    if (this.#error === null || performance.now() - this.#failedAt < EVERY_MS) return false;
    this.#error = null;
    return true;
  }

  /** Loads what the state at an event needs, unless something is loading. */
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

  /** Loads the events around one, for a description only, unless something is loading. */
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
