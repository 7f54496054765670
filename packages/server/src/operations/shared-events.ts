import { replaySchema } from '@runtape/events';
import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../read/cursor-param.ts';
import { eventTypesSchema } from '../read/event-types.ts';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import type { Connection } from '../broadcast/client-connection.ts';
import { eventStream } from '../broadcast/sse-response.ts';
import { SharedStream } from '../multiplexed/multiplexed-stream.ts';
import { threadCursorInputSchema } from '../threads/thread-cursor.ts';
import { defineRoute, noParams, noQuery } from '../http/route.ts';

/** As many as a person follows in all pages of a browser. */
const MAX_STREAMS = 200;
const MAX_NAME_LENGTH = 200;

const streamSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.nullish().describe('The id of the last event that you have of it.'),
  replay: replaySchema.default('events'),
  types: eventTypesSchema.optional(),
});

/**
 * Any short text may name a thread: one that is no thread id is refused by itself, and not the
 * others with it.
 */
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

const bodySchema = z
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
        (threads) => new Set(threads.map(nameOf)).size === threads.length,
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
  body: bodySchema,
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
  handle: async ({ request, body, ctx }) => {
    const workflows = body.streams.map(({ after, types, ...asked }) => ({
      ...asked,
      after: readCursor(after),
      types: types === undefined ? undefined : new Set(types),
    }));
    const threads = body.threads.map((asked) => ({ ...asked, subscription: nameOf(asked) }));
    const { shared: json, sharedWriter: writer } = ctx.live.messages;
    const count = workflows.length + threads.length;
    const open = (connection: Connection) =>
      new SharedStream({ context: ctx, connection, workflows, threads, writer, json });
    return eventStream(ctx, { request, surface: 'shared', count, open });
  },
});

function nameOf({ subscription, threadId }: z.output<typeof threadSchema>): string {
  return subscription ?? threadId;
}
