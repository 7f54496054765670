import { EventLogError, jsonSchema, type JsonValue } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { requireWorkflow, type Store } from './store/record.ts';

export async function steps(
  store: Store,
  workflowId: WorkflowId,
): Promise<ReadonlyMap<string, JsonValue>> {
  const { connection, keys } = store;
  const stored = await connection.call((redis) => redis.hgetall(keys.of(workflowId).steps));
  const results = Object.entries(stored);
  if (results.length === 0) await requireWorkflow(store, workflowId);
  try {
    return new Map(
      results.map(([step, result]) => [
        z.string().parse(JSON.parse(step)),
        jsonSchema.parse(JSON.parse(result)),
      ]),
    );
  } catch (cause) {
    throw new EventLogError('corrupt', `The kept steps of ${workflowId} cannot be read.`, {
      workflowId,
      cause,
    });
  }
}
