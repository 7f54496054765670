import { eventIdSchema } from '@runtape/events';
import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../../read/cursor.ts';
import { findWorkflow } from '../../accounts/find-workflow.ts';
import { readPage } from '../../read/pages/read-page.ts';
import { plainEvents } from '../plain-events.ts';
import { limitField, waitField } from './page-fields.ts';
import { formatField, replayField, typesField } from './query-fields.ts';
import { defineRoute, noBody } from '../route.ts';
import { wantsPage } from './wants-page.ts';
import { workflowParams } from './workflow-params.ts';

const SECOND_MS = 1000;

const pageSchema = z.object({
  events: z
    .array(z.looseObject({ id: eventIdSchema, type: z.string() }))
    .describe('In order; a single reset when after does not fit the log.'),
  next: eventIdSchema.nullable().describe('Pass as after to go on.'),
  ended: z.boolean().describe('Nothing comes after this page.'),
});

const example = `retry: 2345

event: token
data: {"id":"k3v9x2ab-17","type":"token","data":{"part":"draft","content":"Hello","isComplete":false},"timestamp":"…"}
id: k3v9x2ab-17

: heartbeat

event: workflow:completed
data: {"id":"k3v9x2ab-18","type":"workflow:completed","data":{"durationMs":8123,"usage":null,"cost":null,"result":{}},"timestamp":"…"}
id: k3v9x2ab-18
`;

/** A workflow's events: a stream, or a page of them for who asks for JSON. */
export const workflowEvents = defineRoute({
  method: 'GET',
  path: '/api/workflows/{workflowId}/events',
  id: 'workflowEvents',
  tag: 'events',
  summary: 'Streams what a workflow does; with Accept: application/json, a page of it.',
  params: workflowParams,
  query: z.object({
    format: formatField,
    types: typesField,
    replay: replayField,
    lastEventId: cursorInputSchema.optional().describe('Go on after this event.'),
    after: cursorInputSchema.optional().describe('The same, under the name it has for pages.'),
    limit: limitField,
    wait: waitField,
  }),
  body: noBody,
  headers: { 'Last-Event-ID': 'The same as lastEventId; an EventSource sends it. It wins.' },
  answers: {
    200: {
      description: 'Its events.',
      stream: example,
      json: { name: 'EventPage', schema: pageSchema },
    },
    204: { description: 'It has ended, and the client has everything: do not come back.' },
  },
  refusals: [404, 429],
  handle: async ({ request, params, query, ctx }) => {
    const { format, types, replay, limit, wait } = query;
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen since.
    const after =
      readCursor(request.headers.get('last-event-id'), 'Last-Event-ID') ??
      readCursor(query.lastEventId, 'lastEventId') ??
      readCursor(query.after, 'after');
    const { writers } = ctx;
    if (wantsPage(request)) {
      const { signal } = request;
      const asked = { limit, types: types && new Set(types), waitMs: wait * SECOND_MS };
      return Response.json(await readPage(ctx, { ...params, ...asked, after, signal }), {
        headers: { Vary: 'Accept' },
      });
    }
    const record = await findWorkflow(ctx, params.workflowId);
    const writer = writers[format];
    const headers = { Vary: 'Accept' };
    return plainEvents(ctx, { request, record, after, replay, types, writer, headers });
  },
});
