import { type EventId, type StreamMessage, threadIdSchema, type WorkflowId } from '@runtape/events';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import { z } from 'zod';
import { LinkedAbort } from '../abort.ts';
import { checkThread } from '../threads/check-thread.ts';
import { streamThread, type ThreadMessage } from '../threads/stream-thread.ts';
import { readThreadCursor, threadCursorInputSchema } from '../threads/thread-cursor.ts';
import type { Procedure } from '../trpc.ts';
import { toStreamError, whyEnded } from './stream-failure.ts';

const inputSchema = z.object({
  threadId: threadIdSchema,
  lastEventId: threadCursorInputSchema.nullish(),
});

/** What happens in a thread. */
export interface ThreadEvent {
  readonly workflowId: WorkflowId;
  /** In the workflow. */
  readonly id: EventId;
  /** A `reset` replaces what there was of this workflow, and of no other. */
  readonly message: StreamMessage;
}

/**
 * Streams all workflows of a thread, those to come included, from their start, or after a cursor of the thread. Every value is
 * tracked by a cursor that covers all of them. Has no end; a thread that nothing has joined yet is waited for.
 */
export const onThreadEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).subscription(async function* ({ ctx, input, signal }) {
    const left = signal ?? new AbortController().signal;
    try {
      const { threadId } = input;
      const after = readThreadCursor(threadId, input.lastEventId);
      await checkThread(ctx, threadId);
      using stream = ctx.streams.admit({ ...ctx, surface: 'thread' });
      using abort = new LinkedAbort(left, ctx.draining, stream.expired);
      try {
        const asked = { ...ctx, threadId, after, signal: abort.signal };
        for await (const messages of streamThread(asked)) {
          yield* trackedEvents(messages);
          stream.delivered(messages.length);
        }
      } catch (error) {
        if (!abort.signal.aborted) stream.failed();
        throw left.aborted ? error : whyEnded(ctx.draining, stream, error);
      }
    } catch (error) {
      throw toStreamError(error);
    }
  });

function* trackedEvents(
  messages: readonly ThreadMessage[],
): Generator<TrackedEnvelope<ThreadEvent>, void> {
  for (const { workflowId, id, cursor, message } of messages) {
    yield tracked(cursor, { workflowId, id, message });
  }
}
