import {
  type EventId,
  eventIdSchema,
  type StreamMessage,
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import { z } from 'zod';
import { limitField, MAX_LIMIT, threadCursorInputSchema, waitField } from './fields.ts';
import { defineOperation, looseOutput } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noBody } from './route.ts';
import { listItemSchema, MAX_WORKFLOWS } from './workflows.ts';

/** Lists the workflows of a thread. */
export const listThreadRoute = defineRoute({
  method: 'GET',
  path: '/api/threads/{threadId}',
  id: 'listThread',
  tag: 'threads',
  summary: 'Lists the workflows of a thread, oldest first.',
  description:
    'A thread is there with its first workflow; before that its list is empty. While `next` is no `null` there are more: send it as `after`.',
  params: z.object({ threadId: threadIdSchema }),
  query: z.object({
    after: z.coerce.number().int().nonnegative().default(0).describe('next of the page before.'),
    limit: z.coerce.number().int().min(1).max(MAX_WORKFLOWS).default(MAX_WORKFLOWS),
  }),
  body: noBody,
  answers: {
    200: {
      description: 'Its workflows as they are now.',
      json: {
        name: 'Thread',
        schema: z.object({
          threadId: threadIdSchema,
          workflows: z.array(listItemSchema).describe('Oldest first.'),
          next: z
            .number()
            .nullable()
            .describe('Pass as after to get the next page; null on the last.'),
        }),
      },
    },
  },
});

/** An event of a thread, as clients get it. */
export type ThreadEvent =
  | {
      readonly workflowId: WorkflowId;
      /** The id of the event in its workflow. */
      readonly id: EventId;
      /** A `reset` replaces the state of this workflow only. */
      readonly message: StreamMessage;
    }
  /** The workflow cannot be read and sends nothing more. */
  | {
      readonly workflowId: WorkflowId;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly docs: string;
      };
    };

/** A page of a thread's events, for clients that cannot stream. */
export interface ThreadEventPage {
  /** The events, in order within each workflow, as `onThreadEvents` sends them. */
  readonly events: readonly (ThreadEvent & { readonly cursor: string })[];
  /** Pass as `after` to get the next page; `null` while there is no cursor yet. */
  readonly next: string | null;
  /** Whether more can be read immediately. */
  readonly more: boolean;
}

const position = { cursor: z.string(), workflowId: workflowIdSchema };
const failure = z.object({ code: z.string(), message: z.string(), docs: z.string() });

/** Over plain HTTP the fields of a message are beside its id, not in `message`. */
const plainPageSchema = z.object({
  events: z
    .array(
      z.union([
        z.looseObject({ ...position, id: eventIdSchema, type: z.string() }),
        z.object({ ...position, error: failure }),
      ]),
    )
    .describe('Those of each workflow in order; an error in place of one that cannot be read.'),
  next: z.string().nullable().describe('Pass as after to go on.'),
  more: z.boolean().describe('There is more to be had at once.'),
});

const eventSchema = z.union([
  z.object({
    workflowId: workflowIdSchema,
    id: eventIdSchema,
    message: z.looseObject({ type: z.string() }),
  }),
  z.object({ workflowId: workflowIdSchema, error: failure }),
]);

const errors = [
  'not_your_thread',
  'malformed_cursor',
  'too_many_streams',
  'too_many_attempts',
] as const;

/** A page of a thread's events after a cursor; over plain HTTP also their stream. */
export const threadEvents = defineOperation(procedures.threadEvents, {
  input: z.object({
    threadId: threadIdSchema,
    after: threadCursorInputSchema.optional(),
    limit: z.int().min(1).max(MAX_LIMIT).optional(),
  }),
  output: looseOutput<ThreadEventPage>(
    z.object({
      events: z.array(z.intersection(eventSchema, z.object({ cursor: z.string() }))),
      next: z.string().nullable(),
      more: z.boolean(),
    }),
  ),
  errors,
  route: defineRoute({
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
        json: { name: 'ThreadEventPage', schema: plainPageSchema },
      },
    },
  }),
});

/**
 * Streams all workflows of a thread, including those that join later, from their start, or after a
 * cursor of the thread.
 */
export const onThreadEvents = defineOperation(procedures.onThreadEvents, {
  input: z.object({
    threadId: threadIdSchema,
    lastEventId: threadCursorInputSchema.nullish(),
  }),
  output: looseOutput<ThreadEvent>(eventSchema),
  errors: [...errors, 'draining'],
});
