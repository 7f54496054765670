import { LinkedAbortController } from '@runtape/async';
import type { operations } from '@runtape/contract';
import type { CursorMessage, StreamMessage } from '@runtape/events';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { z } from 'zod';
import type { OperationCall } from '../http/operation.ts';
import { Deadline } from '../limits/deadline.ts';
import { linkExpiryOf } from '../accounts/identity.ts';
import { linkExpired } from '../accounts/require-user.ts';
import { parseCursorParam } from '../read/cursor-param.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { type StreamChunk, streamWorkflow } from '../read/stream-workflow.ts';
import { toStreamError, whyEnded } from '../broadcast/stream-failure.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';

/**
 * Streams a workflow from its start, or after a cursor, to its end. Every value is tracked by its
 * event id. Without a cursor the history is sent as events, or with `replay: 'snapshot'` as one
 * `workflow:state`. With `types`, occasional `cursor` messages report the position.
 */
export async function* onWorkflowEvents({
  ctx,
  input,
  signal,
}: OperationCall<z.output<typeof operations.onWorkflowEvents.input>>) {
  const disconnected = signal ?? new AbortController().signal;
  try {
    using stream = ctx.streams.acquire({ ...ctx, surface: 'trpc' });
    using abort = new LinkedAbortController(disconnected, ctx.draining, stream.expired);
    const { signal: stop } = abort;
    try {
      const after = parseCursorParam(input.lastEventId, 'lastEventId');
      const record = await findWorkflow(ctx, input.workflowId);
      const { workflowId } = record;
      using link = new Deadline(linkExpiryOf(ctx.identity, record), ctx.now);
      using whileShared = new LinkedAbortController(stop, link.signal);
      const { replay = 'events' } = input;
      const types = input.types === undefined ? undefined : new Set(input.types);
      const { signal: shown } = whileShared;
      const chunks = streamWorkflow({ ...ctx, workflowId, after, replay, types, signal: shown });
      try {
        yield* trackedMessages(countChunks(stream, chunks));
      } catch (error) {
        throw link.hasPassed && !stop.aborted ? linkExpired() : error;
      }
    } catch (error) {
      throw disconnected.aborted ? error : whyEnded(ctx.draining, stream, error);
    }
  } catch (error) {
    // After a normal end the client would assume that the workflow has ended.
    throw toStreamError(error);
  }
}

async function* trackedMessages(
  chunks: AsyncIterable<StreamChunk>,
): AsyncGenerator<TrackedEnvelope<StreamMessage | CursorMessage>, void> {
  for await (const chunk of chunks) {
    if (chunk.kind === 'entries') {
      for (const { id, event } of chunk.entries) yield tracked(id, event);
    } else {
      yield tracked(chunk.id, chunk.message);
    }
  }
}

/** Yields a stream's chunks, and counts each once its reader has received it. */
async function* countChunks(
  stream: OpenStream,
  chunks: AsyncIterable<StreamChunk>,
): AsyncGenerator<StreamChunk, void> {
  try {
    for await (const chunk of chunks) {
      yield chunk;
      if (chunk.kind === 'entries') stream.delivered(chunk.entries.length);
      else if (chunk.kind === 'snapshot') stream.delivered(1);
    }
    stream.completed();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) stream.failed();
    throw error;
  }
}
