import type { WorkflowId } from '@runtape/events';
import { jsonSchema, type JsonValue } from '../json.ts';
import type { Dependencies } from './memory-store.ts';

export function steps(
  { store }: Dependencies,
  workflowId: WorkflowId,
): ReadonlyMap<string, JsonValue> {
  const kept = store.find(workflowId).steps;
  return new Map([...kept].map(([step, result]) => [step, jsonSchema.parse(JSON.parse(result))]));
}
