import { LinkedAbortController } from '@runtape/async';
import type { WorkflowRecord } from '@runtape/event-log';
import { z } from 'zod';
import { Deadline } from '../../limits/deadline.ts';
import { sessionOver } from '../../accounts/require-user.ts';
import type { ApiContext } from '../request-context.ts';
import { ApiError } from '../../errors/api-error.ts';
import { errorResponse } from '../../errors/error-response.ts';
import type { Frame } from '../formats/format.ts';
import { chat } from '../formats/chat-format.ts';
import { type StreamChunk, streamWorkflow } from '../../read/streams/stream-workflow.ts';
import { statusOfFailure } from './status-of-failure.ts';

/** An answer may take long, but not longer than proxies wait. */
const MAX_WAIT_MS = 5 * 60 * 1000;

export interface AnswerOptions {
  readonly request: Request;
  readonly context: ApiContext;
  readonly record: WorkflowRecord;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Waits for the end of a workflow and answers with its result or error, the same as the last event
 * of its stream. A client that leaves, or for which it takes too long, stops nothing.
 * @returns 200 with the result, what `statusOfFailure` says with the error, 202 when the workflow
 *   goes on after five minutes, or 503 when the server is about to stop.
 * @throws EventLogError; ApiError `unavailable`; an AbortError when the client has left.
 */
export async function answerQuestion(options: AnswerOptions): Promise<Response> {
  const { request, context, record, headers } = options;
  const timeIsUp = new AbortController();
  using session = new Deadline(context.identity.until, context.now);
  using abort = new LinkedAbortController(
    request.signal,
    context.draining,
    timeIsUp.signal,
    session.signal,
  );
  const timer = setTimeout(() => timeIsUp.abort(), MAX_WAIT_MS);
  try {
    const { data } = await lastFrame(context, record, abort.signal);
    return Response.json(data, { status: statusOfAnswer(data), headers });
  } catch (error) {
    if (context.draining.aborted) return errorResponse(restarting(), headers);
    if (session.isOver) return errorResponse(sessionOver(), headers);
    if (!timeIsUp.signal.aborted) throw error;
    const { workflowId } = record;
    return Response.json({ type: 'running', workflowId }, { status: 202, headers });
  } finally {
    clearTimeout(timer);
  }
}

async function lastFrame(
  context: ApiContext,
  record: WorkflowRecord,
  signal: AbortSignal,
): Promise<Frame> {
  const { workflowId } = record;
  const nothingButTheEnd = { types: new Set<string>(), stateAt: chat.stateAt };
  const asked = { workflowId, after: null, replay: 'snapshot' as const, ...nothingButTheEnd };
  for await (const chunk of streamWorkflow({ ...context, ...asked, signal })) {
    const last = framesOf(chunk, record).find(({ event }) => event !== 'status');
    if (last !== undefined) return last;
  }
  throw new ApiError('unavailable', 'The workflow ended without a word. Ask for its snapshot.');
}

function framesOf(chunk: StreamChunk, record: WorkflowRecord): readonly Frame[] {
  switch (chunk.kind) {
    case 'entries':
      return chunk.entries.flatMap((entry) => chat.ofEntry(entry, record) ?? []);
    case 'snapshot':
      return chat.ofSnapshot(chunk.id, chunk.message, record);
    case 'passed':
      return [];
  }
}

const failedSchema = z.object({ error: z.object({ code: z.string() }) });

function statusOfAnswer(data: object): number {
  const failed = failedSchema.safeParse(data);
  if (!failed.success) return 200;
  return statusOfFailure(failed.data.error.code);
}

function restarting(): ApiError {
  return new ApiError(
    'draining',
    'The server is about to restart. The workflow goes on: ask for its events.',
  );
}
