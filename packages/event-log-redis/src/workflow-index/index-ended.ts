import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Dependencies } from '../redis-event-log.ts';

export interface EndedWorkflow {
  readonly workflowId: WorkflowId;
  readonly endedAt: number;
  /** The idempotency key as in the record: JSON. */
  readonly key: string | null;
}

/** Updates the index and the idempotency key of a workflow that has ended. */
export async function indexEnded(
  {
    index,
    idempotencyKeys,
    keepEndedForMs,
  }: Pick<Dependencies, 'index' | 'idempotencyKeys' | 'keepEndedForMs'>,
  { workflowId, endedAt, key }: EndedWorkflow,
): Promise<void> {
  const idempotencyKey = keyIn(key);
  await Promise.all([
    index.markEnded(workflowId, endedAt),
    idempotencyKey === null || keepEndedForMs === undefined
      ? null
      : idempotencyKeys.expireIn(idempotencyKey, Math.ceil(keepEndedForMs)),
  ]);
}

/** The idempotency key of a record. */
export function keyIn(field: string | null): string | null {
  return field === null ? null : z.string().parse(JSON.parse(field));
}
