import { eventIdSchema } from '@runtape/events';
import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../read/cursor-param.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { type EventPage, MAX_LIMIT, readPage } from '../read/read-page.ts';
import { defineOperation } from '../http/operation.ts';
import { eventTypesSchema } from '../read/event-types.ts';
import { plainEvents } from '../http/workflow-sse.ts';
import {
  formatField,
  limitField,
  replayField,
  typesField,
  waitField,
  wantsPage,
  workflowParams,
} from './fields.ts';
import { defineRoute, noBody } from '../http/route.ts';

const SECOND_MS = 1000;
const MAX_SOUGHT_CHARS = 200;

/** A page of a workflow's events after a cursor. */
export const workflowEvents = defineOperation({
  input: z.object({
    workflowId: workflowIdInputSchema,
    after: cursorInputSchema.optional(),
    limit: z.int().min(1).max(MAX_LIMIT).optional(),
    /** Only events of these types, and in any case the terminal one and `reset`. Default: all. */
    types: eventTypesSchema.optional(),
    /**
     * Only events that have this text somewhere in their JSON, in upper or lower case. Default:
     * all.
     */
    contains: z.string().min(1).max(MAX_SOUGHT_CHARS).optional(),
  }),
  run: async (ctx, { workflowId, after, limit, types, contains }, signal): Promise<EventPage> =>
    await readPage(ctx, {
      workflowId,
      after: readCursor(after, 'after'),
      limit,
      types: types && new Set(types),
      contains,
      signal,
    }),
});

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

/** Streams a workflow's events; a client that accepts only JSON gets a page of them. */
export const workflowEventsRoute = defineRoute({
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
    // An EventSource repeats its first URL when it reconnects; the header is what it has seen
    // since.
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
