import { threadIdSchema } from '@runtape/events';
import { z } from 'zod';
import { threadEvents as answer } from '../sse/thread-events.ts';
import { checkThread } from '../threads/check-thread.ts';
import { readThreadCursor, threadCursorInputSchema } from '../threads/thread-cursor.ts';
import { defineRoute, noBody } from './route.ts';

/** Everything that the workflows of a thread do, those to come included. */
export const threadEvents = defineRoute({
  method: 'GET',
  path: '/api/threads/{threadId}/events',
  id: 'threadEvents',
  tag: 'threads',
  summary: 'Streams what the workflows of a thread do.',
  description:
    'The events of each workflow in order, and its `workflowId` with them. A thread has no end: the stream stays open for workflows that join it, also before the first.',
  params: z.object({ threadId: threadIdSchema }),
  query: z.object({ lastEventId: threadCursorInputSchema.optional() }),
  body: noBody,
  headers: { 'Last-Event-ID': 'The `id:` of the last event that you have.' },
  refusals: [401, 403, 429],
  answers: {
    200: {
      description: 'Their events.',
      stream:
        'event: token\ndata: {"workflowId":"wf_…","id":"k3v9x2ab-7","type":"token", …}\nid: t1.1m2x3y.mh2k8q1c~…',
    },
  },
  handle: async ({ request, params: { threadId }, query, serving }) => {
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen since.
    const cursor = request.headers.get('last-event-id') || query.lastEventId;
    const after = readThreadCursor(threadId, cursor);
    await checkThread(serving.context, threadId);
    return answer(serving, { request, threadId, after });
  },
});
