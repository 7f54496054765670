import {
  type CursorMessage,
  type EventId,
  eventIdSchema,
  replaySchema,
  type StreamMessage,
} from '@runtape/events';
import { z } from 'zod';
import {
  cursorInputSchema,
  eventTypesSchema,
  formatFieldOf,
  limitField,
  MAX_LIMIT,
  replayField,
  threadCursorInputSchema,
  typesField,
  waitField,
  workflowIdInputSchema,
  workflowParams,
} from './fields.ts';
import { defineOperation, looseOutput } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noBody, noParams, noQuery } from './route.ts';

const MAX_SOUGHT_CHARS = 200;
/** More than a user follows in all tabs of a browser. */
const MAX_STREAMS = 200;
const MAX_NAME_LENGTH = 200;

/** One message of a stream, including its id. */
export type EventItem = StreamMessage & { readonly id: EventId };

/** A page of a workflow's events, for clients that cannot stream. */
export interface EventPage {
  /** In order; a single `reset` if `after` does not fit the log. */
  readonly events: readonly EventItem[];
  /** Pass as `after` to get the next page; `null` while there is no cursor yet. */
  readonly next: EventId | null;
  /** Whether the workflow has ended and nothing follows this page. */
  readonly ended: boolean;
}

const pageSchema = z.object({
  events: z
    .array(z.looseObject({ id: eventIdSchema, type: z.string() }))
    .describe('In order; a single reset when after does not fit the log.'),
  next: eventIdSchema.nullable().describe('Pass as after to go on.'),
  ended: z.boolean().describe('Nothing comes after this page.'),
});
const page = looseOutput<EventPage>(pageSchema);

const streamExample = `retry: 2345

event: token
data: {"id":"k3v9x2ab-17","type":"token","data":{"part":"draft","content":"Hello","isComplete":false},"timestamp":"…"}
id: k3v9x2ab-17

: heartbeat

event: workflow:completed
data: {"id":"k3v9x2ab-18","type":"workflow:completed","data":{"durationMs":8123,"usage":null,"cost":null,"result":{}},"timestamp":"…"}
id: k3v9x2ab-18
`;

/** A page of a workflow's events after a cursor; over plain HTTP also their stream. */
export const workflowEvents = defineOperation(procedures.workflowEvents, {
  input: z.object({
    workflowId: workflowIdInputSchema,
    after: cursorInputSchema.optional(),
    limit: z.int().min(1).max(MAX_LIMIT).optional(),
    /** Only events of these types; the terminal event and `reset` are always sent. Default: all. */
    types: eventTypesSchema.optional(),
    /** Only events whose JSON contains this text, ignoring case. Default: all. */
    contains: z.string().min(1).max(MAX_SOUGHT_CHARS).optional(),
  }),
  output: page,
  errors: ['unknown_workflow', 'malformed_cursor', 'too_many_streams', 'too_many_attempts'],
  route: defineRoute({
    method: 'GET',
    path: '/api/workflows/{workflowId}/events',
    id: 'workflowEvents',
    tag: 'events',
    summary: 'Streams what a workflow does; with Accept: application/json, a page of it.',
    params: workflowParams,
    query: z.object({
      format: formatFieldOf([]),
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
        stream: streamExample,
        json: { name: 'EventPage', schema: pageSchema },
      },
      204: { description: 'It has ended, and the client has everything: do not come back.' },
    },
    refusals: [404, 429],
  }),
});

/** The events up to one of them, with neighbouring tokens merged, for the state at that event. */
export const workflowPast = defineOperation(procedures.workflowPast, {
  input: z.object({
    workflowId: workflowIdInputSchema,
    /** Only events after this one. Default: from the first event. */
    after: cursorInputSchema.optional(),
    /** The last event to return. */
    upTo: cursorInputSchema,
  }),
  output: page,
  errors: ['unknown_workflow', 'malformed_cursor'],
});

/** Streams a workflow from its start, or after a cursor, to its end. */
export const onWorkflowEvents = defineOperation(procedures.onWorkflowEvents, {
  // tRPC adds the cursor of a reconnecting client to this object.
  input: z.object({
    workflowId: workflowIdInputSchema,
    lastEventId: cursorInputSchema.nullish(),
    replay: replaySchema.optional(),
    /**
     * Only events of these types; the terminal event, `reset` and `workflow:state` are always sent.
     * Default: all.
     */
    types: eventTypesSchema.optional(),
  }),
  output: looseOutput<StreamMessage | CursorMessage>(z.looseObject({ type: z.string() })),
  errors: [
    'unknown_workflow',
    'malformed_cursor',
    'too_many_streams',
    'too_many_attempts',
    'draining',
  ],
});

const streamSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.nullish().describe('The id of the last event that you have of it.'),
  replay: replaySchema.default('events'),
  types: eventTypesSchema.optional(),
});

/** Accepts any short text, so that an invalid thread id does not fail the whole request. */
const threadSchema = z.object({
  threadId: z.string().max(MAX_NAME_LENGTH),
  after: threadCursorInputSchema
    .nullish()
    .describe('The `cursor` of the last event that you have of it; it covers all its workflows.'),
  subscription: z
    .string()
    .min(1)
    .max(MAX_NAME_LENGTH)
    .optional()
    .describe('What its part of the stream is called. Default: its threadId.'),
});

const sharedBodySchema = z
  .object({
    streams: z
      .array(streamSchema)
      .default([])
      .refine(
        (streams) => new Set(streams.map(({ workflowId }) => workflowId)).size === streams.length,
        'A workflow is named twice.',
      )
      .describe('Workflows.'),
    threads: z
      .array(threadSchema)
      .default([])
      .refine(
        (threads) => new Set(threads.map(subscriptionName)).size === threads.length,
        'Two threads have the same subscription.',
      )
      .describe('Threads: all that happens in each, in workflows to come too.'),
  })
  .refine(({ streams, threads }) => streams.length + threads.length > 0, {
    path: ['streams'],
    error: 'Name a workflow or a thread.',
  })
  .refine(({ streams, threads }) => streams.length + threads.length <= MAX_STREAMS, {
    path: ['streams'],
    error: `One stream has at most ${MAX_STREAMS} workflows and threads. Open another for the rest.`,
  });

/** The name of a thread's subscription in a shared stream. */
export function subscriptionName({
  subscription,
  threadId,
}: {
  readonly subscription?: string | undefined;
  readonly threadId: string;
}): string {
  return subscription ?? threadId;
}

/** Many workflows and threads over one connection, each with its own cursor. */
export const sharedEventsRoute = defineRoute({
  method: 'POST',
  path: '/api/events',
  id: 'sharedEvents',
  tag: 'events',
  summary: 'Streams what many workflows and threads do over one connection.',
  description:
    'One `message` for each event, with its workflow, and for one of a thread its `subscription` and `cursor`, too; `ended` when everything of a workflow was sent, `refused` for one that is unknown, or a thread that is not yours. Ends with the last of them; a thread has no end. To go on after a break, ask again with the ids and cursors you have.',
  params: noParams,
  query: noQuery,
  body: sharedBodySchema,
  bodyName: 'SharedEvents',
  example: { body: { streams: [{ workflowId: 'WORKFLOW_ID' }] } },
  refusals: [401, 413, 415, 429],
  answers: {
    200: {
      description: 'Their events.',
      stream:
        'event: message\ndata: {"workflowId":"wf_…","id":"k3v9x2ab-1","message":{"type":"workflow:started", …}}\n\nevent: message\ndata: {"subscription":"talk-7","cursor":"t1.1m2x3y.mh2k8q1c~…","workflowId":"wf_…","id":"k3v9x2ab-7","message":{"type":"token", …}}',
    },
  },
});
