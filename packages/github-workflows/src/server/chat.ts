import {
  ApiError,
  check,
  findWorkflow,
  FormatEncoder,
  handleRoute,
  idempotencyKeyOf,
  type RouteContext,
  startWorkflow,
  streamWorkflowAsSse,
  waitForEnd,
} from '@runtape/server/plugins';
import type { z } from 'zod';
import { startQuestionSchema } from '../contract/ask-repository-contract.ts';
import {
  chatByQueryRoute as byQueryContract,
  chatRoute as contract,
} from '../contract/chat-routes.ts';
import { acceptedFrame, chatCursor, readChatCursor } from './chat-cursor.ts';
import { chat } from './chat-format.ts';
import { statusOfAnswer } from './status-of-answer.ts';

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

type Question = z.output<typeof startQuestionSchema>;

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
  options: { start: Question; isStreaming: boolean },
): Promise<Response> {
  if (options.isStreaming) return await askAndStream(ctx, request, options.start);
  // The request waits as long as a stream would, so it counts as one.
  using _ = ctx.streams.acquireWaiting(ctx);
  const { workflowId } = await startQuestion(ctx, options.start);
  const record = await findWorkflow(ctx, workflowId);
  return await waitForEnd({
    request,
    context: ctx,
    record,
    headers: workflowIdHeader(workflowId),
    format: chat,
    isEnd: ({ event }) => event !== 'status',
    statusOf: statusOfAnswer,
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
  start: Question,
): Promise<Response> {
  // Before the start, so that a refused client has started nothing.
  const stream = ctx.streams.acquire({ ...ctx, surface: 'chat' });
  try {
    const { workflowId } = await startQuestion(ctx, start);
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

async function startQuestion(ctx: RouteContext, { threadId, idempotencyKey, ...input }: Question) {
  return await startWorkflow(ctx, { workflow: 'askRepository', input, threadId, idempotencyKey });
}

function workflowIdHeader(workflowId: string): Readonly<Record<string, string>> {
  return { 'Workflow-Id': workflowId };
}
