import { RuntapeClientError } from '@runtape/client';
import type { HistoryLoader } from './history-loader.ts';

/** The minimum time between automatic retries, in ms. */
const RETRY_MS = 1000;

/** Loads missing events around the playhead and the pointer. */
export class GapLoader {
  readonly #loader: HistoryLoader;
  readonly #onChange: () => void;
  #loading: AbortController | null = null;
  /** Whether the playhead waits for the events that are loading. */
  #isNeeded = false;
  #error: string | null = null;
  #failedAt = 0;

  constructor(loader: HistoryLoader, onChange: () => void) {
    this.#loader = loader;
    this.#onChange = onChange;
  }

  /** Whether the state at the playhead is loading. */
  get isLoading(): boolean {
    return this.#isNeeded;
  }

  /** Why the last load failed; nothing more is loaded until `retry` or `onServerAvailable`. */
  get error(): string | null {
    return this.#error;
  }

  retry(): void {
    this.#error = null;
  }

  /** @returns whether something has to be loaded again. */
  onServerAvailable(): boolean {
    if (this.#error === null || performance.now() - this.#failedAt < RETRY_MS) return false;
    this.#error = null;
    return true;
  }

  /** Loads the events for the state at an index, unless a load is running. */
  async load(index: number): Promise<void> {
    this.#isNeeded = true;
    const { history } = this.#loader;
    const past = this.#loader.pastFor(index);
    const missing = past === null ? history.missingFor(index) : history.missingAround(index);
    await this.#run(async (signal) => {
      await Promise.all([
        past === null ? null : this.#loader.loadPast(past, signal),
        missing === null ? null : this.#loader.refill(missing, signal),
      ]);
    });
  }

  /** Loads the events around an index, for a description, unless a load is running. */
  async loadAround(index: number): Promise<void> {
    const missing = this.#loader.history.missingAround(index);
    if (missing === null) return;
    await this.#run((signal) => this.#loader.refill(missing, signal));
  }

  async #run(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#loading !== null || this.#error !== null) return;
    const loading = new AbortController();
    this.#loading = loading;
    try {
      await load(loading.signal);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.#error = RuntapeClientError.from(error).message;
      this.#failedAt = performance.now();
    }
    if (loading.signal.aborted) return;
    this.#loading = null;
    this.#isNeeded = false;
    this.#onChange();
  }

  stop(): void {
    this.#loading?.abort();
    this.#loading = null;
    this.#isNeeded = false;
  }
}
