import {
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
  type WorkflowSnapshot,
  workflowSnapshotSchema,
  type WorkflowStatus,
  workflowStatusSchema,
  type WorkflowSummary,
  workflowSummarySchema,
} from '@runtape/events';
import { type ShortTape, shortTapeSchema } from '@runtape/workflow-state/tape';
import { z } from 'zod';
import { cursorInputSchema, listOf, workflowIdInputSchema, workflowParams } from './fields.ts';
import { defineOperation, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noBody, noParams } from './route.ts';

/** The maximum number of workflows in one page of a list. */
export const MAX_WORKFLOWS = 200;
/** More than the number of statuses. */
const MAX_STATUSES = 20;

const byWorkflowId = z.object({ workflowId: workflowIdInputSchema });

/** The current state of a workflow. */
export interface WorkflowView {
  readonly snapshot: WorkflowSnapshot;
  /** How many streams of it this server serves right now. */
  readonly watchers: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** Whether the caller may pause, resume, cancel and share it; not if it was only shared. */
  readonly mayChange: boolean;
}

const viewSchema = z.object({
  snapshot: workflowSnapshotSchema,
  watchers: z.int().nonnegative().describe('How many streams of it this server serves.'),
  createdAt: z.number().describe('In ms since 1970.'),
  mayChange: z.boolean().describe('Whether whoever asks may pause, resume, cancel and share it.'),
});

/** Returns the state of a workflow, running or ended. */
export const getWorkflow = defineOperation(procedures.getWorkflow, {
  input: byWorkflowId.extend({
    /** The event right after which the state is wanted. Default: the last one. */
    at: cursorInputSchema.optional(),
  }),
  output: output<WorkflowView>(viewSchema),
  errors: ['unknown_workflow', 'malformed_cursor', 'snapshot_too_large'],
  route: defineRoute({
    method: 'GET',
    path: '/api/workflows/{workflowId}',
    id: 'getWorkflow',
    tag: 'workflows',
    summary: 'Tells how a workflow stands: all that a person sees of it.',
    params: workflowParams,
    query: z.object({
      at: cursorInputSchema
        .optional()
        .describe('As it was right after this event. Default: after the last one.'),
    }),
    body: noBody,
    answers: {
      200: {
        description: 'The fold of its events so far.',
        json: { name: 'Workflow', schema: viewSchema },
      },
    },
    refusals: [400, 404],
  }),
});

/** A row of a list of workflows. */
export interface WorkflowListItem extends WorkflowSummary {
  readonly workflowId: WorkflowId;
  /** Name of the workflow definition. */
  readonly workflow: string;
  readonly status: WorkflowStatus;
  readonly attempt: number;
  readonly threadId: string | null;
  /** In ms since 1970, as is `endedAt`. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** How many streams of it this server serves right now. */
  readonly watchers: number;
}

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

/** Workflows, newest first. */
export interface WorkflowList {
  readonly workflows: WorkflowListItem[];
  /** Pass as `before` to get the next page; `null` on the last. */
  readonly next: string | null;
}

const listSchema = z.object({
  workflows: z.array(listItemSchema),
  next: z.string().nullable().describe('Pass as before to get the next page; null on the last.'),
});

/** Lists the workflows that the caller may see. */
export const listWorkflows = defineOperation(procedures.listWorkflows, {
  input: z
    .object({
      limit: z.int().min(1).max(MAX_WORKFLOWS).optional(),
      /** `next` of the page before. */
      before: z.string().max(200).optional(),
      status: z.array(workflowStatusSchema).max(MAX_STATUSES).optional(),
      workflow: z.string().max(100).optional(),
      threadId: threadIdSchema.optional(),
    })
    .optional(),
  output: output<WorkflowList>(listSchema),
  errors: [],
  route: defineRoute({
    method: 'GET',
    path: '/api/workflows',
    id: 'listWorkflows',
    tag: 'workflows',
    summary: 'Lists workflows, newest first.',
    params: noParams,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MAX_WORKFLOWS).optional().describe('Default: 50.'),
      before: z.string().max(200).optional().describe('next of the page before.'),
      status: listOf(z.array(workflowStatusSchema).max(MAX_STATUSES))
        .optional()
        .describe('Only these.'),
      workflow: z.string().max(100).optional().describe('Only of this definition.'),
      threadId: threadIdSchema.optional().describe('Only of this thread.'),
    }),
    body: noBody,
    answers: {
      200: { description: 'A page of them.', json: { name: 'WorkflowList', schema: listSchema } },
    },
  }),
});

/** A row of a list of workflows, and what the caller may do. */
export interface WorkflowInfo extends WorkflowListItem {
  /** Whether the caller may pause, resume, cancel and share it; not if it was only shared. */
  readonly mayChange: boolean;
}

/** Returns a summary of a workflow without reading its log: cheap enough to be polled. */
export const workflowInfo = defineOperation(procedures.workflowInfo, {
  input: byWorkflowId,
  output: output<WorkflowInfo>(listItemSchema.extend({ mayChange: z.boolean() })),
  errors: ['unknown_workflow'],
});

/**
 * Returns the input of a workflow, for starting it again. Users with whom it was only shared do not
 * get it: it may contain more than the workflow shows, such as earlier questions of its thread.
 */
export const workflowInput = defineOperation(procedures.workflowInput, {
  input: byWorkflowId,
  output: output(z.object({ workflow: z.string(), input: z.json() })),
  errors: ['unknown_workflow', 'read_only'],
});

/** Returns the compact tape of a workflow: the times of its events, and the data to draw it. */
export const workflowTape = defineOperation(procedures.workflowTape, {
  input: byWorkflowId,
  output: output<{
    /** `null` without events, or if the log no longer has the first ones: read the events. */
    readonly tape: ShortTape | null;
  }>(z.object({ tape: shortTapeSchema.nullable() })),
  errors: ['unknown_workflow'],
});
