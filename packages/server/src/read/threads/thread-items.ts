import { abortError } from '@runtape/async';
import type { StreamContext } from '../streams/stream-context.ts';
import type { ThreadCursor } from './thread-cursor.ts';
import type { ThreadItem } from './thread-item.ts';
import { type ThreadOutput, ThreadStream } from './thread-stream.ts';
import type { ReaderEnd } from '../streams/workflow-reader.ts';

export interface ThreadItemsOptions {
  readonly threadId: string;
  readonly after: ThreadCursor;
  /** Hears why a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
  /**
   * Called whenever there is nothing to read for now, and it begins to wait. Default: nobody hears
   * of it.
   */
  readonly onWait?: (() => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * What a `ThreadStream` brings, for whoever asks for it piece by piece. Nothing is read ahead but
 * the piece that is asked for.
 * @throws an AbortError when the signal aborts; EventLogError; ApiError `unavailable`.
 */
export async function* threadItems(
  context: StreamContext,
  { threadId, after, onError, onWait, signal }: ThreadItemsOptions,
): AsyncGenerator<readonly ThreadItem[], void> {
  const pulled = new PulledItems();
  const wake = (): void => pulled.wake();
  const stream = new ThreadStream({
    context,
    output: pulled,
    end: pulled,
    threadId,
    after,
    writer: context.live.messages.sharedWriter,
    onError,
    onWait: wake,
  });
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (;;) {
      if (signal.aborted) throw abortError(signal);
      if (pulled.failure !== null) throw pulled.failure.error;
      const items = pulled.take();
      if (items.length > 0) {
        yield items;
        pulled.isWritable = true;
        stream.drained();
      } else {
        if (stream.isWaiting) onWait?.();
        if (!signal.aborted) await pulled.news();
      }
    }
  } finally {
    signal.removeEventListener('abort', wake);
    pulled.isOver = true;
    stream.close();
  }
}

/** Holds what was written until somebody takes it, and takes nothing more before that. */
class PulledItems implements ThreadOutput, ReaderEnd {
  isWritable = true;
  isOver = false;
  failure: { readonly error: unknown } | null = null;
  #items: ThreadItem[] = [];
  #wake: (() => void) | null = null;

  write(items: readonly ThreadItem[]): void {
    this.#items.push(...items);
    this.isWritable = false;
    this.wake();
  }

  take(): readonly ThreadItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Waits for something to be written, or to be told of. */
  async news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  /** A thread has no end. */
  complete(): void {}

  fail(error: unknown): void {
    this.failure ??= { error };
    this.wake();
  }
}
