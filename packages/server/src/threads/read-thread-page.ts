import { LinkedAbortController } from '@runtape/async';
import { PAGE_BYTES } from '@runtape/event-log';
import { Deadline } from '../limits/deadline.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { pullThread } from './pull-thread.ts';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadCursor } from './thread-cursor.ts';
import type { ThreadItem } from './thread-item.ts';

const DEFAULT_LIMIT = 500;

/** A page of a thread's messages, for clients that cannot stream. */
export interface ThreadPage {
  /** The items of each workflow are in order. */
  readonly items: readonly ThreadItem[];
  /** Pass as `after` to get the next page; `null` while the thread has no cursor. */
  readonly next: string | null;
  /** Whether more can be read immediately. */
  readonly more: boolean;
}

export interface ThreadPageOptions {
  readonly threadId: string;
  /** A cursor from a client; a missing or empty one means "from the start". */
  readonly after: string | null | undefined;
  /** The maximum number of items. Default: 500; large items make a page shorter. */
  readonly limit?: number | undefined;
  /** How long to wait if there are no items, in ms. Default: 0. */
  readonly waitMs?: number | undefined;
  /** Called with the reason if a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads the items after a cursor of a thread, as its stream would send them, until the stream would
 * wait.
 * @throws ApiError `malformed_cursor`, `unauthorized`, `not_your_thread`, `unavailable`, and
 *   `too_many_streams` or `too_many_attempts` when it may have to wait; EventLogError; an
 *   AbortError when the signal aborts.
 */
export async function readThreadPage(
  ctx: StreamContext,
  { threadId, after, limit = DEFAULT_LIMIT, waitMs = 0, onError, signal }: ThreadPageOptions,
): Promise<ThreadPage> {
  ctx.observer.polled();
  using _ = waitMs > 0 ? ctx.streams.acquireWaiting(ctx) : null;
  const cursor = readThreadCursor(threadId, after);
  await checkThread(ctx, threadId);
  // A stream waits for an unavailable store; a page request must fail instead.
  await ctx.log.thread(threadId, { after: cursor.position, limit: 1 });
  const enough = new AbortController();
  using session = new Deadline(ctx.identity.expiresAt, ctx.now);
  using abort = new LinkedAbortController(signal, ctx.draining, enough.signal, session.signal);
  const items: ThreadItem[] = [];
  const onWait = (): void => {
    if (items.length > 0 || waitMs === 0) enough.abort();
  };
  const timer = waitMs > 0 ? setTimeout(() => enough.abort(), waitMs) : undefined;
  let bytes = 0;
  try {
    const stopped = { after: cursor, onError, onWait, signal: abort.signal };
    for await (const each of pullThread(ctx, { threadId, ...stopped })) {
      items.push(...each);
      bytes += JSON.stringify(each).length;
      if (items.length >= limit || bytes >= PAGE_BYTES.answer)
        return pageOf(items.slice(0, limit), true);
    }
  } catch (error) {
    if (signal.aborted || !abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return pageOf(items, false);

  function pageOf(had: readonly ThreadItem[], more: boolean): ThreadPage {
    return { items: had, next: had.at(-1)?.cursor ?? (after || null), more };
  }
}
