import { operations } from '@runtape/contract';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadPage } from '../threads/read-thread-page.ts';
import { readThreadCursor, type ThreadCursor } from '../threads/thread-cursor.ts';
import { type ThreadItem, toErrorBody, threadEventOf } from '../threads/thread-item.ts';
import { implement } from '../http/operation.ts';
import type { RouteContext } from '../http/request-context.ts';
import { handleRoute } from '../http/route.ts';
import type { ClientConnection } from '../broadcast/client-connection.ts';
import { sseResponse } from '../broadcast/sse-response.ts';
import { type JsonEncoder, typeOf } from '../broadcast/json-encoder.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { wantsPage } from '../http/workflow-sse.ts';

const SECOND_MS = 1000;
const encoder = new TextEncoder();

export const threadEvents = implement(operations.threadEvents, async (ctx, input, signal) => {
  const { items, next, more } = await readThreadPage(ctx, {
    ...input,
    after: input.after,
    onError: (error) => ctx.report(error, 'thread.events'),
    signal,
  });
  const events = items.map((item) => Object.assign({ cursor: item.cursor }, threadEventOf(item)));
  return { events, next, more };
});

/** Streams the events of all workflows of a thread, including those that join later. */
export const threadEventsRoute = handleRoute(
  operations.threadEvents.route,
  async ({ request, params: { threadId }, query, ctx }) => {
    // An EventSource reconnects with its first URL; its header has the newer cursor.
    const cursor = request.headers.get('last-event-id') || query.lastEventId || query.after;
    const headers = { Vary: 'Accept' };
    if (wantsPage(request)) {
      const { items, next, more } = await readThreadPage(ctx, {
        threadId,
        after: cursor,
        limit: query.limit,
        waitMs: query.wait * SECOND_MS,
        onError: (error) => ctx.report(error, new URL(request.url).pathname),
        signal: request.signal,
      });
      return Response.json({ events: items.map(eventOf), next, more }, { headers });
    }
    const after = readThreadCursor(threadId, cursor);
    await checkThread(ctx, threadId);
    return streamThread(ctx, { request, threadId, after, headers });
  },
);

function eventOf(item: ThreadItem): object {
  const { cursor, workflowId } = item;
  if (item.kind === 'failure') return { cursor, workflowId, error: toErrorBody(item.error) };
  return { cursor, workflowId, id: item.id, ...item.message };
}

/**
 * Responds with all workflows of a thread as server-sent events, for any EventSource, fetch or
 * curl: events in the native format with their `workflowId`, and a cursor of the thread as `id:`;
 * `refused` for a workflow that cannot be read.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
function streamThread(
  ctx: RouteContext,
  {
    request,
    threadId,
    after,
    headers,
  }: {
    readonly request: Request;
    readonly threadId: string;
    readonly after: ThreadCursor;
    readonly headers: Readonly<Record<string, string>>;
  },
): Response {
  const { threadJson } = ctx.broadcaster.encoders;
  const onError = (error: unknown) => ctx.report(error, new URL(request.url).pathname);
  const open = (connection: ClientConnection) =>
    new ThreadStream({
      context: ctx,
      output: new ThreadFrames(connection, (items) =>
        encoder.encode(items.map((each) => frameOf(each, threadJson)).join('')),
      ),
      end: connection,
      threadId,
      after,
      encoder: ctx.broadcaster.encoders.threadEncoder,
      onError,
    });
  return sseResponse(ctx, { request, surface: 'thread', headers, open });
}

function frameOf(item: ThreadItem, json: JsonEncoder): string {
  const { workflowId, cursor } = item;
  if (item.kind === 'failure') {
    // Without an `id:`, so that a client that reconnects gets the error again, or the missing
    // events.
    return `event: refused\ndata: ${JSON.stringify({ workflowId, error: toErrorBody(item.error) })}\n\n`;
  }
  const { id, message } = item;
  const data = json.of(workflowId, id, message);
  return `event: ${typeOf(message)}\ndata: ${data}\nid: ${cursor}\n\n`;
}
