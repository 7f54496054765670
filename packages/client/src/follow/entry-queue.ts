import { Signal, untilAborted } from '@runtape/async';

/** What arrived and was not taken yet. It never fills beyond its capacity if those who push stop when it is full. */
export class EntryQueue<Entry> {
  readonly #capacity: number;
  readonly #waiting: Entry[] = [];
  #end: { readonly error: Error | null } | null = null;
  readonly #changed = new Signal();
  #wanted = Promise.withResolvers<void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#capacity;
  }

  get size(): number {
    return this.#waiting.length;
  }

  push(entry: Entry): void {
    if (this.#waiting.length === 0) this.#wanted = Promise.withResolvers();
    this.#waiting.push(entry);
    this.#changed.notify();
  }

  /** Nothing more comes: after what waits, `take` rejects with the error, or answers `null` when there is none. */
  end(error: Error | null): void {
    this.#end ??= { error };
    this.#changed.notify();
  }

  /** The next one, once there is one; `null` after the last. @throws the signal's reason as soon as it aborts. */
  async take(signal: AbortSignal): Promise<{ readonly entry: Entry } | null> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#waiting.length > 0) return this.#shift();
      if (this.#end !== null) return endOf(this.#end.error);
      this.#wanted.resolve();
      await this.#changed.wait(signal);
    }
  }

  /**
   * Waits until everything was taken and more is waited for: a reader who is busy with what there was uses up no attempts.
   * @throws the signal's reason as soon as it aborts.
   */
  async wanted(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#wanted.promise, signal);
  }

  #shift(): { readonly entry: Entry } | null {
    const entry = this.#waiting.shift();
    return entry === undefined ? null : { entry };
  }
}

function endOf(error: Error | null): null {
  if (error === null) return null;
  throw error;
}
