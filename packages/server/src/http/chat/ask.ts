import type { startQuestionSchema } from '@runtape/events';
import type { z } from 'zod';
import { findWorkflow } from '../../accounts/find-workflow.ts';
import type { RouteContext } from '../route.ts';
import { plainEvents } from '../plain-events.ts';
import { startQuestion } from '../../start/start-question.ts';
import { answerQuestion } from './answer-question.ts';
import { acceptedFrame, readChatCursor } from '../formats/chat-cursor.ts';

/**
 * Starts askRepository and answers with its stream, or with the last of it.
 * @throws what `startQuestion` throws; ApiError `too_many_streams`, `too_many_attempts`: before anything is started.
 */
export async function ask(
  ctx: RouteContext,
  request: Request,
  options: { start: z.output<typeof startQuestionSchema>; isStreaming: boolean },
): Promise<Response> {
  if (options.isStreaming) return await askAndStream(ctx, request, options.start);
  // It waits for as long as a stream is open.
  using _ = ctx.streams.admitWaiting(ctx);
  const { workflowId } = await startQuestion(ctx, options.start);
  const record = await findWorkflow(ctx, workflowId);
  return await answerQuestion({ request, context: ctx, record, headers: naming(workflowId) });
}

/**
 * Goes on with an answer whose stream broke off.
 * @throws ApiError `unknown_workflow`, `malformed_cursor`, `too_many_streams`, `too_many_attempts`.
 */
export async function resumeChat(
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
  const stream = ctx.streams.admit({ ...ctx, surface: 'chat' });
  try {
    const { workflowId } = await startQuestion(ctx, start);
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
