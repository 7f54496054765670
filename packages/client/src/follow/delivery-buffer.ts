import { abortError, Signal, untilAborted } from '@runtape/async';
import { connectionLost, RuntapeClientError } from '../transport/errors.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import type { StreamEnd } from '../transport/transport.ts';
import type { StreamProblem, Verdict } from './cursor-guard.ts';

/**
 * The maximum number of entries that wait for a slow reader. At this limit the connection is closed
 * until the reader has read them.
 */
const CAPACITY = 512;

/** Tracks the cursor and accepts each entry once and in order. */
interface Guard<Entry, Cursor extends string> {
  /** The cursor of the last entry that was accepted or skipped. */
  readonly cursor: Cursor | null;
  check(id: string, data: unknown): Verdict<Entry>;
}

export interface DeliveryBufferOptions<Entry, Cursor extends string> {
  readonly guard: Guard<Entry, Cursor>;
  /**
   * Whether this entry is the last one, so that the client need not wait for the server to end the
   * stream.
   */
  readonly endsWith: (entry: Entry) => boolean;
  /** Whether the reader asked for entries of this type. */
  readonly wants: (entry: Entry) => boolean;
  readonly onProblem: (problem: StreamProblem) => void;
}

/**
 * Buffers entries between the connections of a stream and its reader, and accepts each entry once.
 */
export class DeliveryBuffer<Entry, Cursor extends string = string> {
  /** Called for each accepted entry. */
  onDelivered = (): void => {};
  readonly #options: DeliveryBufferOptions<Entry, Cursor>;
  readonly #unread: Entry[] = [];
  #end: { readonly error: Error | null } | null = null;
  readonly #changed = new Signal();
  #readerWaits = Promise.withResolvers<void>();

  constructor(options: DeliveryBufferOptions<Entry, Cursor>) {
    this.#options = options;
  }

  get cursor(): Cursor | null {
    return this.#options.guard.cursor;
  }

  /** The number of unread entries. */
  get size(): number {
    return this.#unread.length;
  }

  /**
   * Accepts a message from a connection.
   * @returns how the connection ends because of it, or `null` if it continues.
   */
  accept(id: string, data: unknown): StreamEnd | null {
    const { guard, endsWith, wants, onProblem } = this.#options;
    const verdict = guard.check(id, data);
    if (verdict.kind === 'gap') return { kind: 'failed', error: connectionLost('gap') };
    if ('problem' in verdict) onProblem(verdict.problem);
    if (verdict.kind !== 'entry') return null;
    this.onDelivered();
    if (wants(verdict.entry)) this.#push(verdict.entry);
    if (endsWith(verdict.entry)) return { kind: 'completed' };
    return this.#unread.length >= CAPACITY ? { kind: 'reopen' } : null;
  }

  /**
   * Marks the end of the entries. Once all are read, `next` rejects with the error, or resolves to
   * `null` if there is none.
   */
  end(error: Error | null): void {
    this.#end ??= { error };
    this.#changed.notify();
  }

  /**
   * Waits for the next entry.
   * @returns `null` after the last entry.
   * @throws the signal's reason when it aborts.
   */
  async next(signal: AbortSignal): Promise<{ readonly entry: Entry } | null> {
    for (;;) {
      signal.throwIfAborted();
      const entry = this.#unread.shift();
      if (entry !== undefined) return { entry };
      if (this.#end !== null) {
        if (this.#end.error !== null) throw this.#end.error;
        return null;
      }
      this.#readerWaits.resolve();
      await this.#changed.wait(signal);
    }
  }

  /**
   * Waits until the reader has read everything and asks for more, so that a busy reader uses up no
   * attempts.
   * @throws the signal's reason when it aborts.
   */
  async untilReaderWaits(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#readerWaits.promise, signal);
  }

  #push(entry: Entry): void {
    if (this.#unread.length === 0) this.#readerWaits = Promise.withResolvers();
    this.#unread.push(entry);
    this.#changed.notify();
  }
}

export interface ReadBufferOptions<Entry, Cursor extends string> {
  readonly buffer: DeliveryBuffer<Entry, Cursor>;
  /** Fills the buffer until all entries have arrived. */
  readonly fill: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Yields the entries of a buffer while `fill` fills it.
 * @throws the error that `fill` rejects with.
 */
export async function* readBuffer<Entry, Cursor extends string>(
  options: ReadBufferOptions<Entry, Cursor>,
): AsyncGenerator<Entry, void> {
  const { buffer, fill, signal, onConnection } = options;
  if (signal.aborted) throw abortError(signal);
  // The signal ends `fill` immediately, even if the reader does not ask for another entry.
  const stopped = new AbortController();
  const filled = fill(AbortSignal.any([signal, stopped.signal])).then(
    () => buffer.end(null),
    (error: unknown) => buffer.end(error instanceof Error ? error : RuntapeClientError.from(error)),
  );
  try {
    for (;;) {
      const next = await buffer.next(signal);
      if (next === null) break;
      yield next.entry;
    }
    onConnection({ state: 'ended' });
  } catch (error) {
    if (error instanceof RuntapeClientError) {
      onConnection({ state: 'failed', kind: error.kind, message: error.message });
    }
    throw signal.aborted ? abortError(signal) : error;
  } finally {
    stopped.abort();
    await filled;
  }
}
