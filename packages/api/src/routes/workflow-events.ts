import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../cursor.ts';
import { findWorkflow, workflowIdInputSchema } from '../find-workflow.ts';
import { plainEvents } from '../sse/plain-events.ts';
import { formatField, replayField, typesField } from './query-fields.ts';
import { defineRoute, noBody } from './route.ts';

/** A workflow's events: a stream, or a page of them for who asks for JSON. */
export const workflowEvents = defineRoute({
  method: 'GET',
  path: '/api/workflows/{workflowId}/events',
  id: 'workflowEvents',
  tag: 'events',
  summary: 'Streams what a workflow does.',
  params: z.object({ workflowId: workflowIdInputSchema }),
  query: z.object({
    format: formatField,
    types: typesField,
    replay: replayField,
    lastEventId: cursorInputSchema.optional(),
  }),
  body: noBody,
  answers: { 200: { description: 'Its events.', stream: 'event: token' } },
  handle: async ({ request, params, query, serving }) => {
    const { format, types, replay, lastEventId } = query;
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen since.
    const after = readCursor(request.headers.get('last-event-id') || lastEventId);
    const record = await findWorkflow(serving.context.log, params.workflowId);
    const writer = serving.writers[format];
    return plainEvents(serving, { request, record, after, replay, types, writer });
  },
});
