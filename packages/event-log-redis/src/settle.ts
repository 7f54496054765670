import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Claims } from './claims.ts';
import type { WorkflowIndex } from './workflow-index.ts';

export interface Settling {
  readonly index: WorkflowIndex;
  readonly claims: Claims;
  readonly keepEndedForMs: number | undefined;
}

export interface Ended {
  readonly workflowId: WorkflowId;
  readonly endedAt: number;
  /** The idempotency key as the record has it: JSON. */
  readonly key: string | null;
}

/** Brings what lies apart from a workflow in line with its end. */
export async function settle(
  { index, claims, keepEndedForMs }: Settling,
  { workflowId, endedAt, key }: Ended,
): Promise<void> {
  const idempotencyKey = keyIn(key);
  await Promise.all([
    index.settle(workflowId, endedAt),
    idempotencyKey === null || keepEndedForMs === undefined
      ? null
      : claims.expireIn(idempotencyKey, Math.ceil(keepEndedForMs)),
  ]);
}

/** The idempotency key of a record. */
export function keyIn(field: string | null): string | null {
  return field === null ? null : z.string().parse(JSON.parse(field));
}
