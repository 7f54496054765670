import { abortError, LinkedAbort } from './abort.ts';

/**
 * How many sources may read at once. What they bring waits here until the reader takes it, so this is also how many pages of
 * history, or snapshots, one reader can make the process hold.
 */
const READING_AT_ONCE = 4;

/** What a source is started with. */
export interface SourceStart {
  /** Aborts when the stream of which it is a part is over. */
  readonly signal: AbortSignal;
  /** To be called when it has nothing to read and waits for news: then another may read. */
  readonly onWait: () => void;
}

interface Source<Value> {
  readonly values: AsyncGenerator<Value, void>;
  isReading: boolean;
}

/**
 * Many streams as one: the values of each in order, and by turns, so that one with much to say keeps none of the others
 * waiting for longer than a value. Of each source at most one value is held.
 */
export class StreamMany<Value> {
  readonly #abort: LinkedAbort;
  readonly #signal: AbortSignal;
  readonly #onWait: () => void;
  readonly #sources = new Set<Source<Value>>();
  /** Those that may not read yet, longest first. */
  readonly #queue: Source<Value>[] = [];
  readonly #ready: { readonly source: Source<Value>; readonly value: Value }[] = [];
  #reading = 0;
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  /** @param onWait called whenever none of the sources has anything to read, and the stream begins to wait. */
  constructor(signal: AbortSignal, onWait: () => void = () => {}) {
    this.#signal = signal;
    this.#onWait = onWait;
    this.#abort = new LinkedAbort(signal);
  }

  /** Aborts when the stream is over, for whatever reason. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Adds a source, also while the stream is read. Nothing of it runs before its turn. */
  add(open: (start: SourceStart) => AsyncGenerator<Value, void>): void {
    const onWait = (): void => this.#stopReading(source);
    const values = open({ signal: this.#abort.signal, onWait });
    const source: Source<Value> = { values, isReading: false };
    this.#sources.add(source);
    this.#queue.push(source);
    this.#advance();
  }

  /**
   * The values of all sources. Ends when every source has ended, and fails with the first that fails; when it is left, every
   * source has come to its end before this has. To be read once.
   * @throws an AbortError when the signal aborts.
   */
  async *read(): AsyncGenerator<Value, void> {
    try {
      for (;;) {
        if (this.#signal.aborted) throw abortError(this.#signal);
        if (this.#failure !== null) throw this.#failure.error;
        const next = this.#ready.shift();
        if (next !== undefined) {
          yield next.value;
          this.#stopReading(next.source);
          this.#queue.push(next.source);
          this.#advance();
        } else if (this.#sources.size === 0) {
          return;
        } else {
          await this.#news();
        }
      }
    } finally {
      this.#abort.abort();
      this.#abort[Symbol.dispose]();
      await Promise.allSettled(Array.from(this.#sources, ({ values }) => values.return()));
    }
  }

  #advance(): void {
    while (this.#reading < READING_AT_ONCE) {
      const source = this.#queue.shift();
      if (source === undefined) return;
      source.isReading = true;
      this.#reading += 1;
      void this.#pull(source);
    }
  }

  /** Never rejects. */
  async #pull(source: Source<Value>): Promise<void> {
    try {
      const { done, value } = await source.values.next();
      if (done === true) this.#end(source);
      else this.#ready.push({ source, value });
    } catch (error) {
      this.#failure ??= { error };
      this.#end(source);
    }
    this.#wake?.();
  }

  #end(source: Source<Value>): void {
    this.#sources.delete(source);
    this.#stopReading(source);
  }

  #stopReading(source: Source<Value>): void {
    if (!source.isReading) return;
    source.isReading = false;
    this.#reading -= 1;
    this.#advance();
    this.#tellIdle();
  }

  #tellIdle(): void {
    const isWaiting = this.#wake !== null && this.#ready.length === 0;
    if (isWaiting && this.#reading === 0) this.#onWait();
  }

  async #news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    this.#signal.addEventListener('abort', wake, { once: true });
    this.#tellIdle();
    await promise;
    this.#signal.removeEventListener('abort', wake);
    this.#wake = null;
  }
}
