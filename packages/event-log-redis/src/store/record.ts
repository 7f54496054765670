import {
  EventLogError,
  jsonSchema,
  type JsonValue,
  type NewWorkflow,
  unknownWorkflow,
  type WorkflowRecord,
} from '@runtape/event-log';
import {
  type WorkflowId,
  workflowStatusSchema,
  type WorkflowSummary,
  workflowSummarySchema,
} from '@runtape/events';
import { z } from 'zod';
import type { RedisConnection } from '../connection/redis-connection.ts';
import type { Keys } from './keys.ts';

/** The dependencies of nearly every operation. */
export interface Store {
  readonly connection: RedisConnection;
  readonly keys: Keys;
}

const SUMMARY = 'summary.';

const json = z.string().transform((text): unknown => JSON.parse(text));
const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/**
 * The fields of `metadata` other than the summary. Free text is kept as JSON, which can represent
 * lone surrogates.
 */
const fieldsSchema = z.object({
  workflow: json.pipe(z.string()),
  incarnation: z.string(),
  threadId: json.pipe(z.string().nullable()),
  owner: json.pipe(z.string().nullable()).default(null),
  ownerSeesAll: z
    .literal('1')
    .transform(() => true)
    .default(false),
  status: workflowStatusSchema,
  attempt: whole,
  leaseUntil: whole.nullable().default(null),
  first: whole,
  tail: whole,
  createdAt: whole,
  endedAt: whole.nullable().default(null),
});

/**
 * The fields of `metadata` that make up a record. Reads name them, so that other fields of the
 * hash, such as an input of megabytes, are not transferred.
 */
export const recordFields: readonly string[] = [
  ...Object.keys(fieldsSchema.shape),
  ...Object.keys(workflowSummarySchema.shape).map((field) => SUMMARY + field),
];

/** The values of `recordFields` as returned by HMGET; `null` when the workflow does not exist. */
export const recordValuesSchema = z.array(z.string().nullable()).transform((values) => {
  const set = recordFields.flatMap((field, index): [string, string][] => {
    const value = values[index];
    return value === null || value === undefined ? [] : [[field, value]];
  });
  return set.length === 0 ? null : Object.fromEntries(set);
});

/** A hash as a script returns it: field, value, field, value … */
export const flatHashSchema = z.array(z.string()).transform((flat) => {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  }
  return fields;
});

/** Parses the input of a workflow. @throws EventLogError `corrupt` when it cannot be read. */
export function toInput(workflowId: WorkflowId, field: string | null | undefined): JsonValue {
  try {
    return json.pipe(jsonSchema).parse(field);
  } catch (cause) {
    throw unreadable(workflowId, cause);
  }
}

/** @throws EventLogError `corrupt` when the fields are not those of a record. */
export function toRecord(
  workflowId: WorkflowId,
  fields: Readonly<Record<string, string>>,
): WorkflowRecord {
  try {
    const summary = Object.entries(fields)
      .filter(([field]) => field.startsWith(SUMMARY))
      .map(([field, value]): [string, unknown] => [field.slice(SUMMARY.length), JSON.parse(value)]);
    return {
      workflowId,
      ...fieldsSchema.parse(fields),
      summary: workflowSummarySchema.parse(Object.fromEntries(summary)),
    };
  } catch (cause) {
    throw unreadable(workflowId, cause);
  }
}

function unreadable(workflowId: WorkflowId, cause: unknown): EventLogError {
  return new EventLogError(
    'corrupt',
    `The record of ${workflowId} in Redis cannot be read. Another program, or a newer Runtape, may write to the same keys; give each its own key prefix.`,
    { workflowId, cause },
  );
}

/** The fields of a new workflow, as field, value, field, value … */
export function newFields(
  workflow: NewWorkflow,
  { incarnation, createdAt }: { incarnation: string; createdAt: number },
): readonly string[] {
  const { idempotencyKey } = workflow;
  const fields = {
    workflow: JSON.stringify(workflow.workflow),
    incarnation,
    input: JSON.stringify(workflow.input),
    threadId: JSON.stringify(workflow.threadId ?? null),
    owner: JSON.stringify(workflow.owner ?? null),
    status: 'queued',
    attempt: '0',
    first: '1',
    tail: '0',
    createdAt: String(createdAt),
    ...(workflow.ownerSeesAll === true ? { ownerSeesAll: '1' } : {}),
    ...(idempotencyKey === undefined ? {} : { key: JSON.stringify(idempotencyKey) }),
  };
  return [...Object.entries(fields).flat(), ...summaryFields(workflow.summary)];
}

/**
 * Each field of a summary is a field of the hash, so that changing one leaves the others untouched.
 */
export function summaryFields(summary: Partial<WorkflowSummary>): readonly string[] {
  return Object.entries(summary)
    .filter(([, value]) => value !== undefined)
    .flatMap(([field, value]) => [SUMMARY + field, JSON.stringify(value)]);
}

export async function getRecord(
  { connection, keys }: Store,
  workflowId: WorkflowId,
): Promise<WorkflowRecord | null> {
  const values = await connection.call((redis) =>
    redis.hmget(keys.of(workflowId).metadata, ...recordFields),
  );
  const fields = recordValuesSchema.parse(values);
  return fields === null ? null : toRecord(workflowId, fields);
}

/** @throws EventLogError `unknown_workflow`. */
export async function getInput(store: Store, workflowId: WorkflowId): Promise<JsonValue> {
  const { input } = await getFields(store, workflowId, ['input']);
  if (input === null || input === undefined) throw unknownWorkflow(workflowId);
  return toInput(workflowId, input);
}

/** @throws EventLogError `unknown_workflow`. */
export async function requireWorkflow(
  { connection, keys }: Store,
  workflowId: WorkflowId,
): Promise<void> {
  const exists = await connection.call((redis) => redis.exists(keys.of(workflowId).metadata));
  if (exists === 0) throw unknownWorkflow(workflowId);
}

/**
 * Reads some fields of a record; `null` for those that are not set, or when there is no workflow.
 */
export async function getFields<Name extends string>(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  names: readonly Name[],
): Promise<Partial<Record<Name, string | null>>> {
  const values = await connection.call((redis) =>
    redis.hmget(keys.of(workflowId).metadata, ...names),
  );
  const fields: Partial<Record<Name, string | null>> = {};
  for (const [index, name] of names.entries()) fields[name] = values[index] ?? null;
  return fields;
}
