import { LinkedAbortController } from '@runtape/async';
import type { operations, ThreadEvent } from '@runtape/contract';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { z } from 'zod';
import type { OperationCall } from '../http/operation.ts';
import { pullThread } from '../threads/pull-thread.ts';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import { type ThreadItem, threadEventOf } from '../threads/thread-item.ts';
import { toStreamError, whyEnded } from '../broadcast/stream-failure.ts';

/**
 * Streams all workflows of a thread, including those that join later, from their start or after a
 * cursor of the thread. Every value is tracked by a cursor that covers all workflows. The stream
 * has no end; if the thread has no workflow yet, it waits for one.
 */
export async function* onThreadEvents({
  ctx,
  input,
  signal,
}: OperationCall<z.output<typeof operations.onThreadEvents.input>>) {
  const disconnected = signal ?? new AbortController().signal;
  try {
    const { threadId } = input;
    const after = readThreadCursor(threadId, input.lastEventId);
    await checkThread(ctx, threadId);
    using stream = ctx.streams.acquire({ ...ctx, surface: 'thread' });
    using abort = new LinkedAbortController(disconnected, ctx.draining, stream.expired);
    try {
      const onError = (error: unknown) => ctx.report(error, 'onThreadEvents');
      const options = { threadId, after, signal: abort.signal, onError };
      for await (const items of pullThread(ctx, options)) {
        yield* trackedEvents(items);
        stream.delivered(items.filter(({ kind }) => kind === 'message').length);
      }
    } catch (error) {
      if (!abort.signal.aborted) stream.failed();
      throw disconnected.aborted ? error : whyEnded(ctx.draining, stream, error);
    }
  } catch (error) {
    throw toStreamError(error);
  }
}

function* trackedEvents(
  items: readonly ThreadItem[],
): Generator<TrackedEnvelope<ThreadEvent>, void> {
  for (const item of items) yield tracked(item.cursor, threadEventOf(item));
}
