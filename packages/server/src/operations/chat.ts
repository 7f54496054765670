import { exactObject, questionSchema, startQuestionSchema } from '@runtape/events';
import { z } from 'zod';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { answerQuestion } from '../http/answer-question.ts';
import { acceptedFrame, readChatCursor } from '../http/formats/chat-cursor.ts';
import { plainEvents } from '../http/workflow-sse.ts';
import type { RouteContext } from '../http/request-context.ts';
import { startQuestion } from './start-question.ts';
import { ApiError } from '../errors/api-error.ts';
import { chatAnswers, chatDescription } from './chat-answers.ts';
import { idempotencyKeyOf } from './started.ts';
import { check, defineRoute, noBody, noParams, noQuery } from '../http/route.ts';

/** The id of an event, and of its workflow. */
const MAX_ID_LENGTH = 200;

const { threadId, idempotencyKey, target, history, budget } = startQuestionSchema.shape;
const common = {
  threadId: threadId.describe('The conversation it belongs to.'),
  idempotencyKey: idempotencyKey.describe('Asking twice with one key asks once.'),
};

const bodySchema = exactObject({
  query: questionSchema,
  streaming: z
    .boolean()
    .default(false)
    .describe(
      'true: a stream of status, then final or error. false: only the last of it, as JSON.',
    ),
  target: target.describe('The repository. Default: the code that comes with the samples.'),
  history,
  budget,
  ...common,
});

const querySchema = z.object({
  query: questionSchema
    .optional()
    .describe('The question. Only a client that comes back may leave it out.'),
  streaming: z
    .enum(['true', 'false'], { error: 'streaming is true or false.' })
    .optional()
    .describe('Default: true for a client that accepts text/event-stream, such as an EventSource.'),
  target: z
    .templateLiteral([z.string(), '/', z.string()], { error: 'The target is owner/repo.' })
    .optional()
    .describe('A repository on GitHub, owner/repo. Default: the code that comes with the samples.'),
  ...common,
  lastEventId: z
    .string()
    .max(MAX_ID_LENGTH)
    .optional()
    .describe('The same as the header Last-Event-ID, for clients that cannot send it.'),
});

const shared = {
  path: '/api/chat',
  tag: 'chat',
  isCommand: true,
  params: noParams,
  answers: chatAnswers,
} as const;

/** A question and its answer. */
export const chatRoute = defineRoute({
  ...shared,
  method: 'POST',
  id: 'chat',
  summary: 'Asks a question about a repository.',
  description: chatDescription,
  query: noQuery,
  body: bodySchema,
  needsUser: true,
  bodyName: 'ChatRequest',
  example: { body: { query: 'How does a reader resume?' } },
  headers: { 'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.' },
  refusals: [413, 415, 429],
  handle: async ({ request, body, ctx }) => {
    const { query: question, streaming: isStreaming, ...rest } = body;
    const key = rest.idempotencyKey ?? idempotencyKeyOf(request);
    const start = check(startQuestionSchema, { ...rest, question, idempotencyKey: key });
    return await ask(ctx, request, { start, isStreaming });
  },
});

/** The same for clients that can only GET. */
export const chatByQueryRoute = defineRoute({
  ...shared,
  method: 'GET',
  id: 'chatByQuery',
  summary: 'Asks a question about a repository, for clients that can only GET.',
  description: `Starts a workflow, though it is a GET; a page of another site may not ask it. An EventSource that reconnects starts nothing: the id of the last event names the workflow, which goes on. ${chatDescription}`,
  query: querySchema,
  body: noBody,
  example: { query: { query: 'How does a reader resume?' } },
  headers: {
    'Last-Event-ID': 'The id of the last event of an answer that broke off.',
    'Idempotency-Key': 'The same as idempotencyKey in the query, which wins.',
  },
  refusals: [429],
  handle: async ({ request, query, ctx }) => {
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
});

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
 * Starts askRepository and answers with its stream, or with the last of it.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: before anything is started.
 */
async function ask(
  ctx: RouteContext,
  request: Request,
  options: { start: z.output<typeof startQuestionSchema>; isStreaming: boolean },
): Promise<Response> {
  if (options.isStreaming) return await askAndStream(ctx, request, options.start);
  // It waits for as long as a stream is open.
  using _ = ctx.streams.acquireWaiting(ctx);
  const { workflowId } = await startQuestion.run({ ctx, input: options.start });
  const record = await findWorkflow(ctx, workflowId);
  return await answerQuestion({ request, context: ctx, record, headers: naming(workflowId) });
}

/**
 * Goes on with an answer whose stream broke off.
 * @throws ApiError `unknown_workflow`, `malformed_cursor`, `too_many_streams`, `too_many_attempts`.
 */
async function resumeChat(
  ctx: RouteContext,
  request: Request,
  lastEventId: string,
): Promise<Response> {
  const { workflowId, after } = readChatCursor(lastEventId);
  const record = await findWorkflow(ctx, workflowId);
  const writer = ctx.writers.answers;
  const headers = naming(record.workflowId);
  const asked = { request, record, after, replay: 'events', writer, headers } as const;
  return plainEvents(ctx, { ...asked, surface: 'chat' });
}

async function askAndStream(
  ctx: RouteContext,
  request: Request,
  start: z.output<typeof startQuestionSchema>,
): Promise<Response> {
  // Who is not let in must not have started anything.
  const stream = ctx.streams.acquire({ ...ctx, surface: 'chat' });
  try {
    const { workflowId } = await startQuestion.run({ ctx, input: start });
    const record = await findWorkflow(ctx, workflowId);
    return plainEvents(ctx, {
      request,
      record,
      after: null,
      replay: 'events',
      writer: ctx.writers.answers,
      stream,
      greeting: acceptedFrame(record),
      headers: naming(workflowId),
    });
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}

function naming(workflowId: string): Readonly<Record<string, string>> {
  return { 'Workflow-Id': workflowId };
}
