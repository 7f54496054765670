import { commandSchema, jsonSchema } from '@runtape/event-log';
import { workflowIdSchema, workflowStatusSchema, workflowSummarySchema } from '@runtape/events';
import { z } from 'zod';

const json = z.string().transform((text): unknown => JSON.parse(text));

/** A workflow with the first and last seq of its log. */
export const recordSchema = z
  .object({
    workflow_id: workflowIdSchema,
    definition: z.string(),
    incarnation: z.string(),
    thread_id: z.string().nullable(),
    owner: json.pipe(z.string()).nullable(),
    owner_sees_all: z.int(),
    status: workflowStatusSchema,
    summary: json.pipe(workflowSummarySchema),
    attempt: z.int(),
    lease_until: z.int().nullable(),
    first: z.int(),
    tail: z.int(),
    created_at: z.int(),
    ended_at: z.int().nullable(),
  })
  .transform((row) => ({
    workflowId: row.workflow_id,
    workflow: row.definition,
    incarnation: row.incarnation,
    threadId: row.thread_id,
    owner: row.owner,
    ownerSeesAll: row.owner_sees_all === 1,
    status: row.status,
    summary: row.summary,
    attempt: row.attempt,
    leaseUntil: row.lease_until,
    first: row.first,
    tail: row.tail,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }));

export const memberSchema = z
  .looseObject({ place: z.int() })
  .transform((row) => ({ record: recordSchema.parse(row), position: row.place }));

/** The input of a workflow, as JSON. */
export const inputRowSchema = z.object({ input: z.string() });

export const rowSchema = z.object({ workflow: z.int() });

export const endedRowSchema = z
  .object({ workflow: z.int(), workflow_id: workflowIdSchema })
  .transform((row) => ({ workflow: row.workflow, workflowId: row.workflow_id }));

export const cursorSchema = z
  .object({ created_at: z.int(), workflow_id: z.string() })
  .transform((row) => ({ createdAt: row.created_at, workflowId: row.workflow_id }));

/** The last assigned number of a command or of a position in a thread. */
export const lastSchema = z.object({ last: z.int() });

export const newestSchema = z
  .object({ workflow: z.int(), workflow_id: z.string(), thread_id: z.string().nullable() })
  .transform((row) => ({
    row: row.workflow,
    workflowId: row.workflow_id,
    threadId: row.thread_id,
  }));

/** The state that a writer is checked against, and its row. */
export const writerRowSchema = z
  .object({
    workflow: z.int(),
    workflow_id: workflowIdSchema,
    incarnation: z.string(),
    status: workflowStatusSchema,
    attempt: z.int(),
    lease_until: z.int().nullable(),
    tail: z.int(),
    is_alive: z.int(),
    is_same_epoch: z.int(),
  })
  .transform((row) => ({
    row: row.workflow,
    workflowId: row.workflow_id,
    incarnation: row.incarnation,
    status: row.status,
    attempt: row.attempt,
    leaseUntil: row.lease_until,
    isAlive: row.is_alive === 1,
    isSameEpoch: row.is_same_epoch === 1,
    tail: row.tail,
  }));

/** An entry, and the incarnation of its log. Not a schema, because a page has thousands. */
export interface EntryRow {
  readonly incarnation: string;
  readonly seq: number;
  /** As JSON. */
  readonly event: string;
}

export function isEntryRow(
  row: Readonly<Record<string, unknown>>,
): row is Record<string, unknown> & EntryRow {
  const { incarnation, seq, event } = row;
  return typeof incarnation === 'string' && Number.isSafeInteger(seq) && typeof event === 'string';
}

/** A page of entries in one row; `null` for an empty page. */
export const joinedRowSchema = z.object({
  incarnation: z.string().nullable(),
  count: z.int(),
  bytes: z.number(),
  /** The seqs of the small entries, joined by commas in the same order as the events. */
  seqs: z.string().nullable(),
  events: z.string().nullable(),
});
export type JoinedRow = z.infer<typeof joinedRowSchema>;

export const segmentRowSchema = z.object({
  first: z.int(),
  last: z.int(),
  incarnation: z.string(),
  text: z.string().nullable(),
});

export const stepRowSchema = z.object({
  step: json.pipe(z.string()),
  result: json.pipe(jsonSchema),
});

export const commandRowSchema = z.object({
  seq: z.int(),
  command: json.pipe(commandSchema),
  at: z.int(),
});
