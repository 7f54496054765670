import { eventIdSchema, threadIdSchema, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { threadEvents as answer } from '../stream-thread-events.ts';
import { checkThread } from '../../accounts/check-thread.ts';
import { readThreadPage } from '../../read/threads/read-thread-page.ts';
import { readThreadCursor, threadCursorInputSchema } from '../../read/threads/thread-cursor.ts';
import { type ThreadItem, toldOf } from '../../read/threads/thread-item.ts';
import { limitField, waitField } from './page-fields.ts';
import { defineRoute, noBody } from '../route.ts';
import { wantsPage } from './wants-page.ts';

const SECOND_MS = 1000;

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
export const threadEvents = defineRoute({
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
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen since.
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
    return answer(ctx, { request, threadId, after, headers });
  },
});

function eventOf(item: ThreadItem): object {
  const { cursor, workflowId } = item;
  if (item.kind === 'failure') return { cursor, workflowId, error: toldOf(item.error) };
  return { cursor, workflowId, id: item.id, ...item.message };
}
