import { LinkedAbortController } from '@runtape/async';
import type { WorkflowRecord } from '@runtape/event-log';
import { z } from 'zod';
import { Deadline } from '../limits/deadline.ts';
import { sessionExpired } from '../accounts/require-user.ts';
import type { ApiContext } from './request-context.ts';
import { ApiError, errorResponse } from '../errors/api-error.ts';
import type { Frame } from './formats/format.ts';
import { chat } from './formats/chat-format.ts';
import { type StreamChunk, streamWorkflow } from '../read/stream-workflow.ts';

/** Below the usual time limits of proxies. */
const MAX_WAIT_MS = 5 * 60 * 1000;

export interface AnswerOptions {
  readonly request: Request;
  readonly context: ApiContext;
  readonly record: WorkflowRecord;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Waits for the end of a workflow and responds with its result or error, which is also the last
 * event of its stream. The workflow continues if the client disconnects or the time is up.
 * @returns 200 with the result; the status of `statusOfFailure` with the error; 202 if the workflow
 *   still runs after five minutes; 503 when the server is about to stop.
 * @throws EventLogError; ApiError `unavailable`; an AbortError when the client has left.
 */
export async function answerQuestion(options: AnswerOptions): Promise<Response> {
  const { request, context, record, headers } = options;
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
    const { data } = await lastFrame(context, record, abort.signal);
    return Response.json(data, { status: statusOfAnswer(data), headers });
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
  context: ApiContext,
  record: WorkflowRecord,
  signal: AbortSignal,
): Promise<Frame> {
  const { workflowId } = record;
  const nothingButTheEnd = { types: new Set<string>(), replaceWithState: chat.replaceWithState };
  const options = { workflowId, after: null, replay: 'snapshot' as const, ...nothingButTheEnd };
  for await (const chunk of streamWorkflow({ ...context, ...options, signal })) {
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
    case 'cursor':
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

/** The codes of failed workflows by HTTP status. All others are failures of the server: 500. */
const codesOf: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_input'],
  403: ['local_not_allowed', 'private_not_allowed'],
  404: ['folder_not_found', 'issue_not_found', 'repository_not_found', 'unknown_sample'],
  409: ['cancelled'],
  410: ['issue_deleted'],
  422: [
    'archive_unsafe',
    'folder_not_readable',
    'model_refused',
    'repository_empty',
    'repository_too_large',
    'repository_without_text',
  ],
  // GitHub or the model responded, but the response is of no use.
  502: [
    'agent_bad_answer',
    'archive_unreadable',
    'github_forbidden',
    'github_unauthorized',
    'model_bad_response',
    'model_not_found',
    'model_rejected_request',
    'model_unauthorized',
    'post_failed',
  ],
  // GitHub or the model may respond later.
  503: [
    'github_rate_limited',
    'github_unavailable',
    'model_quota_exhausted',
    'model_rate_limited',
    'model_unavailable',
  ],
};

const statuses = new Map(
  Object.entries(codesOf).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status)] as const),
  ),
);

function statusOfFailure(code: string): number {
  return statuses.get(code) ?? 500;
}
