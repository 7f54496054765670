import { LinkedAbortController } from '@runtape/async';
import type { WorkflowRecord } from '@runtape/event-log';
import { Deadline } from '../limits/deadline.ts';
import { sessionExpired } from '../accounts/require-user.ts';
import type { ApiContext } from './request-context.ts';
import { ApiError, errorResponse } from '../errors/api-error.ts';
import type { Frame, SseFormat } from './formats/format.ts';
import { type StreamChunk, streamWorkflow } from '../read/stream-workflow.ts';

/** Below the usual time limits of proxies. */
const MAX_WAIT_MS = 5 * 60 * 1000;

export interface WaitOptions {
  readonly request: Request;
  readonly context: ApiContext;
  readonly record: WorkflowRecord;
  readonly headers: Readonly<Record<string, string>>;
  /** Its frames of the end have the answer. */
  readonly format: SseFormat;
  readonly isEnd: (frame: Frame) => boolean;
  /** Returns the HTTP status of the answer. */
  readonly statusOf: (data: object) => number;
}

/**
 * Waits for the end of a workflow and responds with the data of its last frame. The workflow
 * continues if the client disconnects or the time is up.
 * @returns the data with its status; 202 if the workflow still runs after five minutes; 503 when
 *   the server is about to stop.
 * @throws EventLogError; ApiError `unavailable`; an AbortError when the client has left.
 */
export async function waitForEnd(options: WaitOptions): Promise<Response> {
  const { request, context, record, headers, statusOf } = options;
  const timeIsUp = new AbortController();
  using session = new Deadline(context.identity.expiresAt, context.now);
  using abort = new LinkedAbortController(
    request.signal,
    context.draining,
    timeIsUp.signal,
    session.signal,
  );
  const timer = setTimeout(() => timeIsUp.abort(), MAX_WAIT_MS);
  try {
    const { data } = await lastFrame(options, abort.signal);
    return Response.json(data, { status: statusOf(data), headers });
  } catch (error) {
    if (context.draining.aborted) return errorResponse(restarting(), headers);
    if (session.hasPassed) return errorResponse(sessionExpired(), headers);
    if (!timeIsUp.signal.aborted) throw error;
    const { workflowId } = record;
    return Response.json({ type: 'running', workflowId }, { status: 202, headers });
  } finally {
    clearTimeout(timer);
  }
}

async function lastFrame(
  { context, record, format, isEnd }: WaitOptions,
  signal: AbortSignal,
): Promise<Frame> {
  const { workflowId } = record;
  const nothingButTheEnd = { types: new Set<string>(), replaceWithState: format.replaceWithState };
  const options = { workflowId, after: null, replay: 'snapshot' as const, ...nothingButTheEnd };
  for await (const chunk of streamWorkflow({ ...context, ...options, signal })) {
    const last = framesOf(chunk, format, record).find(isEnd);
    if (last !== undefined) return last;
  }
  throw new ApiError('unavailable', 'The workflow ended without a word. Ask for its snapshot.');
}

function framesOf(chunk: StreamChunk, format: SseFormat, record: WorkflowRecord): readonly Frame[] {
  switch (chunk.kind) {
    case 'entries':
      return chunk.entries.flatMap((entry) => format.ofEntry(entry, record) ?? []);
    case 'snapshot':
      return format.ofSnapshot(chunk.id, chunk.message, record);
    case 'cursor':
      return [];
  }
}

function restarting(): ApiError {
  return new ApiError(
    'draining',
    'The server is about to restart. The workflow goes on: ask for its events.',
  );
}
