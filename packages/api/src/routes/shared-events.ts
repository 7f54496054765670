import { replaySchema } from '@runtape/events';
import { z } from 'zod';
import { isKnown } from '../accounts/identity.ts';
import { notSignedIn } from '../accounts/require-user.ts';
import { cursorInputSchema, readCursor } from '../cursor.ts';
import { eventTypesSchema } from '../event-types.ts';
import { workflowIdInputSchema } from '../find-workflow.ts';
import { sharedEvents as answer } from '../sse/shared-events.ts';
import { defineRoute, noParams, noQuery } from './route.ts';

/** As many as a person follows in all pages of a browser. */
const MAX_STREAMS = 200;

const streamSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.nullish().describe('The id of the last event that you have of it.'),
  replay: replaySchema.default('events'),
  types: eventTypesSchema.optional(),
});

const bodySchema = z.object({
  streams: z
    .array(streamSchema)
    .min(1, 'Name a workflow.')
    .max(MAX_STREAMS, `One stream has at most ${MAX_STREAMS} workflows. Open another for the rest.`)
    .refine(
      (streams) => new Set(streams.map(({ workflowId }) => workflowId)).size === streams.length,
      'A workflow is named twice.',
    ),
});

/** Many workflows over one connection, each with its own cursor. */
export const sharedEvents = defineRoute({
  method: 'POST',
  path: '/api/events',
  id: 'sharedEvents',
  tag: 'events',
  summary: 'Streams what many workflows do over one connection.',
  description:
    'One `message` for each event, with its workflow; `ended` when everything of one was sent, `refused` for one that is unknown. Ends with the last of them. To go on after a break, ask again with the ids you have.',
  params: noParams,
  query: noQuery,
  body: bodySchema,
  bodyName: 'SharedEvents',
  refusals: [401, 413, 415, 429],
  answers: {
    200: {
      description: 'Their events.',
      stream:
        'event: message\ndata: {"workflowId":"wf_…","id":"k3v9x2ab-1","message":{"type":"workflow:started", …}}',
    },
  },
  handle: async ({ request, body, serving }) => {
    const streams = body.streams.map(({ after, types, ...asked }) => ({
      ...asked,
      after: readCursor(after),
      types: types === undefined ? undefined : new Set(types),
    }));
    const { identity } = serving.context;
    // Who is nobody would be refused each of them, and not be told that signing in helps.
    if (!isKnown(identity) && identity.shared.size === 0) throw notSignedIn();
    return answer(serving, { request, streams });
  },
});
