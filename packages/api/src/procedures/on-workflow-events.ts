import { replaySchema, type StreamMessage } from '@runtape/events';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import { z } from 'zod';
import { LinkedAbort } from '../abort.ts';
import { cursorInputSchema, readCursor } from '../cursor.ts';
import { ApiError, toTrpcError } from '../errors.ts';
import { findWorkflow, workflowIdInputSchema } from '../find-workflow.ts';
import { type StreamOptions, streamWorkflow } from '../stream-workflow.ts';
import type { Procedure } from '../trpc.ts';

/** An object, also for one field: tRPC puts the cursor of a client that reconnects into it. */
const inputSchema = z.object({
  workflowId: workflowIdInputSchema,
  lastEventId: cursorInputSchema.nullish(),
  replay: replaySchema.optional(),
});

/**
 * Streams a workflow from its start, or after a cursor, to its end. Every value is tracked by its event id. Without a cursor
 * the past comes as its events, or with `replay: 'snapshot'` as one `workflow:state`.
 */
export const onWorkflowEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).subscription(async function* ({ ctx, input, signal }) {
    const left = signal ?? new AbortController().signal;
    using abort = new LinkedAbort(left, ctx.draining);
    try {
      const after = readCursor(input.lastEventId);
      const { workflowId } = await findWorkflow(ctx.log, input.workflowId);
      const { replay = 'events' } = input;
      yield* trackedMessages({ ...ctx, workflowId, after, replay, signal: abort.signal });
    } catch (error) {
      // A normal end would tell the client that the workflow is over.
      throw toStreamError(error, ctx.draining.aborted && !left.aborted);
    }
  });

async function* trackedMessages(
  options: StreamOptions,
): AsyncGenerator<TrackedEnvelope<StreamMessage>, void> {
  for await (const chunk of streamWorkflow(options)) {
    if (chunk.kind === 'snapshot') {
      yield tracked(chunk.id, chunk.message);
    } else {
      for (const { id, event } of chunk.entries) yield tracked(id, event);
    }
  }
}

function toStreamError(error: unknown, draining: boolean): Error {
  if (draining) {
    return toTrpcError(
      new ApiError('draining', 'The server is about to restart. Connect again to go on.'),
    );
  }
  return error instanceof Error && error.name === 'AbortError' ? error : toTrpcError(error);
}
