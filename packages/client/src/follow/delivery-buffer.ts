import { abortError, Signal, untilAborted } from '@runtape/async';
import { connectionLost, RuntapeClientError } from '../transport/errors.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import type { StreamEnd } from '../transport/transport.ts';
import type { Admission, StreamProblem } from './cursor-guard.ts';

/**
 * How many entries may wait for a slow reader. Beyond that the connection is given up until the
 * reader has taken them.
 */
const CAPACITY = 512;

/** Keeps a cursor, and lets each entry pass once and in order. */
interface Guard<Entry, Cursor extends string> {
  /** The last that passed or was skipped. */
  readonly cursor: Cursor | null;
  admit(id: string, data: unknown): Admission<Entry>;
}

export interface DeliveryBufferOptions<Entry, Cursor extends string> {
  readonly guard: Guard<Entry, Cursor>;
  /** Nothing follows this entry: the client need not wait until the server ends the stream. */
  readonly endsWith: (entry: Entry) => boolean;
  /** Whether the reader wants such entries. */
  readonly wants: (entry: Entry) => boolean;
  readonly onProblem: (problem: StreamProblem) => void;
}

/**
 * Lies between the connections of a stream and its reader: lets each entry pass once, and keeps it
 * until it is read.
 */
export class DeliveryBuffer<Entry, Cursor extends string = string> {
  /** Called for each entry that got through. */
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

  /** How many entries wait for the reader. */
  get size(): number {
    return this.#unread.length;
  }

  /**
   * Takes what a connection brought.
   * @returns how the connection ends by it, or `null` when it goes on.
   */
  accept(id: string, data: unknown): StreamEnd | null {
    const { guard, endsWith, wants, onProblem } = this.#options;
    const admission = guard.admit(id, data);
    if (admission.kind === 'gap') return { kind: 'failed', error: connectionLost('gap') };
    if ('problem' in admission) onProblem(admission.problem);
    if (admission.kind !== 'entry') return null;
    this.onDelivered();
    if (wants(admission.entry)) this.#push(admission.entry);
    if (endsWith(admission.entry)) return { kind: 'returned' };
    return this.#unread.length >= CAPACITY ? { kind: 'again' } : null;
  }

  /**
   * Nothing more comes: after what is unread, `next` rejects with the error, or resolves to `null`
   * without one.
   */
  end(error: Error | null): void {
    this.#end ??= { error };
    this.#changed.notify();
  }

  /**
   * The next entry, once there is one; `null` after the last. @throws the signal's reason as soon
   * as it aborts.
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
   * Waits until the reader has read everything and waits for more: a reader that is busy uses up no
   * attempts.
   * @throws the signal's reason as soon as it aborts.
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
  /** Fills the buffer until everything has come. */
  readonly fill: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/** The entries of a buffer while it is filled, to its end. @throws what `fill` does. */
export async function* readBuffer<Entry, Cursor extends string>(
  options: ReadBufferOptions<Entry, Cursor>,
): AsyncGenerator<Entry, void> {
  const { buffer, fill, signal, onConnection } = options;
  if (signal.aborted) throw abortError(signal);
  // Ends at once, also when nobody reads the next entry.
  const left = new AbortController();
  const filled = fill(AbortSignal.any([signal, left.signal])).then(
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
    left.abort();
    await filled;
  }
}
