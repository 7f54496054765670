import { type JsonValue, unknownWorkflow, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { recordFields, recordValuesSchema, toInput, toRecord } from './record.ts';

/** What belongs together in nearly every operation. */
export interface Store {
  readonly connection: Connection;
  readonly keys: Keys;
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

/** Some fields of a record, without reading all of it; `null` for what is not set, or not there. */
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
