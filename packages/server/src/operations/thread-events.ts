import { eventIdSchema, threadIdSchema, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadPage } from '../threads/read-thread-page.ts';
import {
  readThreadCursor,
  type ThreadCursor,
  threadCursorInputSchema,
} from '../threads/thread-cursor.ts';
import {
  type ThreadItem,
  toldOf,
  type ThreadEvent,
  threadEventOf,
} from '../threads/thread-item.ts';
import { defineOperation } from '../http/operation.ts';
import type { RouteContext } from '../http/request-context.ts';
import { defineRoute, noBody } from '../http/route.ts';
import { MAX_LIMIT } from '../read/read-page.ts';
import type { Connection } from '../broadcast/client-connection.ts';
import { eventStream } from '../broadcast/sse-response.ts';
import { type MessageJson, typeOf } from '../broadcast/json-encoder.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { limitField, waitField, wantsPage } from './fields.ts';

const SECOND_MS = 1000;
const encoder = new TextEncoder();

/** A page of a thread's events, for clients that cannot stream. */
export interface ThreadEventPage {
  /** Those of each workflow in order, as `onThreadEvents` has them. */
  readonly events: readonly (ThreadEvent & { readonly cursor: string })[];
  /** Pass as `after` to get the next page; `null` while there is no cursor yet. */
  readonly next: string | null;
  /** Whether more can be read immediately. */
  readonly more: boolean;
}

/** A page of what happened in a thread after a cursor. */
export const threadEvents = defineOperation({
  input: z.object({
    threadId: threadIdSchema,
    after: threadCursorInputSchema.optional(),
    limit: z.int().min(1).max(MAX_LIMIT).optional(),
  }),
  run: async (ctx, input, signal): Promise<ThreadEventPage> => {
    const { items, next, more } = await readThreadPage(ctx, {
      ...input,
      after: input.after,
      onError: (error) => ctx.report(error, 'thread.events'),
      signal,
    });
    const events = items.map((item) => Object.assign({ cursor: item.cursor }, threadEventOf(item)));
    return { events, next, more };
  },
});

const place = { cursor: z.string(), workflowId: workflowIdSchema };

const pageSchema = z.object({
  events: z
    .array(
      z.union([
        z.looseObject({ ...place, id: eventIdSchema, type: z.string() }),
        z.object({
          ...place,
          error: z.object({ code: z.string(), message: z.string(), docs: z.string() }),
        }),
      ]),
    )
    .describe('Those of each workflow in order; an error in place of one that cannot be read.'),
  next: z.string().nullable().describe('Pass as after to go on.'),
  more: z.boolean().describe('There is more to be had at once.'),
});

/** Everything that the workflows of a thread do, those to come included. */
export const threadEventsRoute = defineRoute({
  method: 'GET',
  path: '/api/threads/{threadId}/events',
  id: 'threadEvents',
  tag: 'threads',
  summary:
    'Streams what the workflows of a thread do; with Accept: application/json, a page of it.',
  description:
    'The events of each workflow in order, and its `workflowId` with them. A thread has no end: the stream stays open for workflows that join it, also before the first.',
  params: z.object({ threadId: threadIdSchema }),
  query: z.object({
    lastEventId: threadCursorInputSchema.optional().describe('Go on after this event.'),
    after: threadCursorInputSchema
      .optional()
      .describe('The same, under the name it has for pages.'),
    limit: limitField,
    wait: waitField,
  }),
  body: noBody,
  headers: { 'Last-Event-ID': 'The `id:` of the last event that you have.' },
  refusals: [401, 403, 429],
  answers: {
    200: {
      description: 'Their events.',
      stream:
        'event: token\ndata: {"workflowId":"wf_…","id":"k3v9x2ab-7","type":"token", …}\nid: t1.1m2x3y.mh2k8q1c~…',
      json: { name: 'ThreadEventPage', schema: pageSchema },
    },
  },
  handle: async ({ request, params: { threadId }, query, ctx }) => {
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen
    // since.
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
});

function eventOf(item: ThreadItem): object {
  const { cursor, workflowId } = item;
  if (item.kind === 'failure') return { cursor, workflowId, error: toldOf(item.error) };
  return { cursor, workflowId, id: item.id, ...item.message };
}

/**
 * Answers with all workflows of a thread as server-sent events, for any EventSource, fetch or curl:
 * our own events with their `workflowId`, and a cursor of the thread as `id:`; `refused` for a
 * workflow that cannot be read.
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
  const { members } = ctx.live.messages;
  const onError = (error: unknown) => ctx.report(error, new URL(request.url).pathname);
  const open = (connection: Connection) =>
    new ThreadStream({
      context: ctx,
      output: new ThreadFrames(connection, (items) =>
        encoder.encode(items.map((each) => frameOf(each, members)).join('')),
      ),
      end: connection,
      threadId,
      after,
      writer: ctx.live.messages.membersWriter,
      onError,
    });
  return eventStream(ctx, { request, surface: 'thread', headers, open });
}

function frameOf(item: ThreadItem, json: MessageJson): string {
  const { workflowId, cursor } = item;
  if (item.kind === 'failure') {
    // Without an `id:`, so that a client that reconnects gets the error again, or the missing
    // events.
    return `event: refused\ndata: ${JSON.stringify({ workflowId, error: toldOf(item.error) })}\n\n`;
  }
  const { id, message } = item;
  const data = json.of(workflowId, id, message);
  return `event: ${typeOf(message)}\ndata: ${data}\nid: ${cursor}\n\n`;
}
