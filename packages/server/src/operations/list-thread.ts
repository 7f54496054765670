import { threadIdSchema } from '@runtape/events';
import { z } from 'zod';
import { mayChange } from '../accounts/identity.ts';
import { listItemSchema, MAX_LISTED, toItem } from './list-workflows.ts';
import { checkThread } from '../accounts/check-thread.ts';
import { defineRoute, noBody } from '../http/route.ts';

const schema = z.object({
  threadId: threadIdSchema,
  workflows: z.array(listItemSchema).describe('Oldest first.'),
  next: z.number().nullable().describe('Pass as after to get the next page; null on the last.'),
});

/** The workflows of a thread. */
export const threadRoute = defineRoute({
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
    limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(MAX_LISTED),
  }),
  body: noBody,
  answers: {
    200: { description: 'Its workflows as they are now.', json: { name: 'Thread', schema } },
  },
  handle: async ({ params: { threadId }, query, ctx }) => {
    await checkThread(ctx, threadId);
    const { log, fanOut, identity } = ctx;
    const { members, next } = await log.thread(threadId, query);
    const workflows = members
      .filter(({ record }) => mayChange(identity, record))
      .map(({ record }) => toItem(record, fanOut.readerCount(record.workflowId)));
    return Response.json({ threadId, workflows, next });
  },
});
