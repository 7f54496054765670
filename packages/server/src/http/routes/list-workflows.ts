import {
  threadIdSchema,
  workflowIdSchema,
  workflowStatusSchema,
  workflowSummarySchema,
} from '@runtape/events';
import { z } from 'zod';
import { listWorkflows as list, MAX_LISTED } from '../../operations/list-workflows.ts';
import { listOf } from './query-fields.ts';
import { defineRoute, noBody, noParams } from '../route.ts';

/** More than there are. */
const MAX_STATUSES = 20;

export const listItemSchema = z.object({
  ...workflowSummarySchema.shape,
  workflowId: workflowIdSchema,
  workflow: z.string().describe('Name of the workflow definition.'),
  status: workflowStatusSchema,
  attempt: z.int(),
  threadId: z.string().nullable(),
  createdAt: z.number().describe('In ms since 1970, as is endedAt.'),
  endedAt: z.number().nullable(),
  watchers: z.int().describe('How many streams of it this server serves.'),
});
const schema = z.object({
  workflows: z.array(listItemSchema),
  next: z.string().nullable().describe('Pass as before to get the next page; null on the last.'),
});

/** Workflows, newest first. */
export const listWorkflows = defineRoute({
  method: 'GET',
  path: '/api/workflows',
  id: 'listWorkflows',
  tag: 'workflows',
  summary: 'Lists workflows, newest first.',
  params: noParams,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAX_LISTED).optional().describe('Default: 50.'),
    before: z.string().max(200).optional().describe('next of the page before.'),
    status: listOf(z.array(workflowStatusSchema).max(MAX_STATUSES))
      .optional()
      .describe('Only these.'),
    workflow: z.string().max(100).optional().describe('Only of this definition.'),
    threadId: threadIdSchema.optional().describe('Only of this thread.'),
  }),
  body: noBody,
  answers: { 200: { description: 'A page of them.', json: { name: 'WorkflowList', schema } } },
  handle: async ({ query, ctx }) => Response.json(await list(ctx, query)),
});
