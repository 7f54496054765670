import { abortError } from '@runtape/async';
import type { StreamContext } from '../broadcast/stream-context.ts';
import type { ThreadCursor } from './thread-cursor.ts';
import type { ThreadItem } from './thread-item.ts';
import { type ThreadOutput, ThreadStream } from './thread-stream.ts';
import type { ReaderEnd } from '../broadcast/workflow-reader.ts';

export interface PullThreadOptions {
  readonly threadId: string;
  readonly after: ThreadCursor;
  /** Called with the reason if a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
  /** Called whenever there is nothing more to read and the wait starts. Default: no call. */
  readonly onWait?: (() => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Yields the items of a `ThreadStream` as they are pulled. Reads no further than the requested
 * items.
 * @throws an AbortError when the signal aborts; EventLogError; ApiError `unavailable`.
 */
export async function* pullThread(
  context: StreamContext,
  { threadId, after, onError, onWait, signal }: PullThreadOptions,
): AsyncGenerator<readonly ThreadItem[], void> {
  const pulled = new PulledItems();
  const wake = (): void => pulled.wake();
  const stream = new ThreadStream({
    context,
    output: pulled,
    end: pulled,
    threadId,
    after,
    encoder: context.broadcaster.encoders.multiplexedEncoder,
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
        if (!signal.aborted) await pulled.nextChange();
      }
    }
  } finally {
    signal.removeEventListener('abort', wake);
    pulled.isClosed = true;
    stream.close();
  }
}

/** Holds the written items until they are pulled, and is not writable until then. */
class PulledItems implements ThreadOutput, ReaderEnd {
  isWritable = true;
  isClosed = false;
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

  /** Waits for new items or another change. */
  async nextChange(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  /** Never called: a thread has no end. */
  complete(): void {}

  fail(error: unknown): void {
    this.failure ??= { error };
    this.wake();
  }
}
