import type { startQuestionSchema } from '@runtape/events';
import type { z } from 'zod';
import { findWorkflow } from '../../accounts/find-workflow.ts';
import type { Serving } from '../routes/route.ts';
import { plainEvents } from '../plain-events.ts';
import { startQuestion } from '../../start/start-question.ts';
import { answerQuestion } from './answer-question.ts';
import { acceptedFrame, readChatCursor } from './chat-cursor.ts';

/**
 * Starts askRepository and answers with its stream, or with the last of it.
 * @throws what `startQuestion` throws; ApiError `too_many_streams`, `too_many_attempts`: before anything is started.
 */
export async function ask(
  serving: Serving,
  request: Request,
  options: { start: z.output<typeof startQuestionSchema>; isStreaming: boolean },
): Promise<Response> {
  const { context } = serving;
  if (options.isStreaming) return await askAndStream(serving, request, options.start);
  // It waits for as long as a stream is open.
  using _ = context.streams.admitWaiting(context);
  const { workflowId } = await startQuestion(context, options.start);
  const record = await findWorkflow(context, workflowId);
  return await answerQuestion({ request, context, record, headers: naming(workflowId) });
}

/**
 * Goes on with an answer whose stream broke off.
 * @throws ApiError `unknown_workflow`, `malformed_cursor`, `too_many_streams`, `too_many_attempts`.
 */
export async function goOn(
  serving: Serving,
  request: Request,
  lastEventId: string,
): Promise<Response> {
  const { workflowId, after } = readChatCursor(lastEventId);
  const record = await findWorkflow(serving.context, workflowId);
  const writer = serving.writers.answers;
  const headers = naming(record.workflowId);
  const asked = { request, record, after, replay: 'events', writer, headers } as const;
  return plainEvents(serving, { ...asked, surface: 'chat' });
}

async function askAndStream(
  serving: Serving,
  request: Request,
  start: z.output<typeof startQuestionSchema>,
): Promise<Response> {
  const { context, writers } = serving;
  // Who is not let in must not have started anything.
  const stream = context.streams.admit({ ...context, surface: 'chat' });
  try {
    const { workflowId } = await startQuestion(context, start);
    const record = await findWorkflow(context, workflowId);
    return plainEvents(serving, {
      request,
      record,
      after: null,
      replay: 'events',
      writer: writers.answers,
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
