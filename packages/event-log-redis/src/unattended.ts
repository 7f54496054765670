import { checkLimit, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { getFields, getRecord, type Store } from './records.ts';
import { settle, type Settling } from './settle.ts';

/** How many open workflows are looked at in one go. */
const CHUNK = 200;

export interface Attending extends Store, Settling {}

/** Looks at the open workflows, oldest first; on its way it removes from the index what ended or is gone. */
export async function unattended(
  attending: Attending,
  { limit }: { limit: number },
): Promise<readonly WorkflowRecord[]> {
  checkLimit(limit);
  const now = await attending.connection.now();
  const found: WorkflowRecord[] = [];
  let skip = 0;
  while (found.length < limit) {
    const entries = await attending.index.oldestOpen(skip, CHUNK);
    const looked = await Promise.all(
      entries.map(({ workflowId }) => look(attending, workflowId, now)),
    );
    found.push(...looked.filter((one) => one !== null && one !== 'not open'));
    if (entries.length < CHUNK) break;
    skip += looked.filter((one) => one !== 'not open').length;
  }
  return found.slice(0, limit);
}

/** The record when nobody runs the workflow; `null` when somebody does, or when it is paused and was let go. */
async function look(
  attending: Attending,
  workflowId: WorkflowId,
  now: number,
): Promise<WorkflowRecord | null | 'not open'> {
  const names = ['createdAt', 'endedAt', 'leaseUntil', 'key', 'status'] as const;
  const { createdAt, endedAt, leaseUntil, key, status } = await getFields(
    attending,
    workflowId,
    names,
  );
  if (!createdAt) return (await attending.index.forgetOrphan(workflowId)) ? 'not open' : null;
  if (endedAt) {
    await settle(attending, { workflowId, endedAt: Number(endedAt), key: key ?? null });
    return 'not open';
  }
  const isLeft = leaseUntil ? Number(leaseUntil) <= now : status !== 'paused';
  return isLeft ? await getRecord(attending, workflowId) : null;
}
