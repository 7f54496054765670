import { chatByQueryRoute as byQueryContract, chatRoute as contract } from '@runtape/contract';
import { startQuestionSchema } from '@runtape/events';
import type { z } from 'zod';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { answerQuestion } from '../http/answer-question.ts';
import { acceptedFrame, chatCursor, readChatCursor } from '../http/formats/chat-cursor.ts';
import { chat } from '../http/formats/chat-format.ts';
import { FormatEncoder } from '../http/formats/format-encoder.ts';
import { streamWorkflowAsSse } from '../http/workflow-sse.ts';
import type { RouteContext } from '../http/request-context.ts';
import { startQuestion } from './start-question.ts';
import { ApiError } from '../errors/api-error.ts';
import { idempotencyKeyOf } from '../http/started-response.ts';
import { check } from '../errors/check.ts';
import { handleRoute } from '../http/route.ts';

export const chatRoute = handleRoute(
  contract,
  async ({ request, body, ctx }) => {
    const { query: question, streaming: isStreaming, ...rest } = body;
    const key = rest.idempotencyKey ?? idempotencyKeyOf(request);
    const start = check(startQuestionSchema, { ...rest, question, idempotencyKey: key });
    return await ask(ctx, request, { start, isStreaming });
  },
  { needsUser: true, isCommand: true },
);

export const chatByQueryRoute = handleRoute(
  byQueryContract,
  async ({ request, query, ctx }) => {
    if (request.method === 'HEAD') throw headStartsNothing();
    const lastEventId = request.headers.get('last-event-id') || (query.lastEventId ?? '');
    if (lastEventId !== '') return await resumeChat(ctx, request, lastEventId);
    const key = query.idempotencyKey ?? idempotencyKeyOf(request);
    const start = check(startQuestionSchema, {
      question: query.query ?? '',
      threadId: query.threadId,
      idempotencyKey: key,
      target: query.target === undefined ? undefined : repositoryNamed(query.target),
    });
    const { streaming = acceptsEvents(request) ? 'true' : 'false' } = query;
    return await ask(ctx, request, { start, isStreaming: streaming === 'true' });
  },
  { isCommand: true },
);

/** Its ids name the workflow, so that a reconnect is not mistaken for a new question. */
const answers = new FormatEncoder(chat, chatCursor);

function repositoryNamed(name: string): object {
  const [owner = '', repo = ''] = name.split('/');
  return { kind: 'github', owner, repo };
}

function acceptsEvents({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/event-stream') ?? false;
}

function headStartsNothing(): ApiError {
  return new ApiError('method_not_allowed', 'A question is asked with POST or GET.');
}

/**
 * Starts askRepository and responds with its stream, or with its last event.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: before anything is started.
 */
async function ask(
  ctx: RouteContext,
  request: Request,
  options: { start: z.output<typeof startQuestionSchema>; isStreaming: boolean },
): Promise<Response> {
  if (options.isStreaming) return await askAndStream(ctx, request, options.start);
  // The request waits as long as a stream would, so it counts as one.
  using _ = ctx.streams.acquireWaiting(ctx);
  const { workflowId } = await startQuestion.run({ ctx, input: options.start });
  const record = await findWorkflow(ctx, workflowId);
  return await answerQuestion({
    request,
    context: ctx,
    record,
    headers: workflowIdHeader(workflowId),
  });
}

/**
 * Continues an answer whose stream was interrupted.
 * @throws ApiError `unknown_workflow`, `malformed_cursor`, `too_many_streams`, `too_many_attempts`.
 */
async function resumeChat(
  ctx: RouteContext,
  request: Request,
  lastEventId: string,
): Promise<Response> {
  const { workflowId, after } = readChatCursor(lastEventId);
  const record = await findWorkflow(ctx, workflowId);
  const headers = workflowIdHeader(record.workflowId);
  const options = { request, record, after, replay: 'events', encoder: answers, headers } as const;
  return streamWorkflowAsSse(ctx, { ...options, surface: 'chat' });
}

async function askAndStream(
  ctx: RouteContext,
  request: Request,
  start: z.output<typeof startQuestionSchema>,
): Promise<Response> {
  // Before the start, so that a refused client has started nothing.
  const stream = ctx.streams.acquire({ ...ctx, surface: 'chat' });
  try {
    const { workflowId } = await startQuestion.run({ ctx, input: start });
    const record = await findWorkflow(ctx, workflowId);
    return streamWorkflowAsSse(ctx, {
      request,
      record,
      after: null,
      replay: 'events',
      encoder: answers,
      stream,
      greeting: acceptedFrame(record),
      headers: workflowIdHeader(workflowId),
    });
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}

function workflowIdHeader(workflowId: string): Readonly<Record<string, string>> {
  return { 'Workflow-Id': workflowId };
}
