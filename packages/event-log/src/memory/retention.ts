import type { WorkflowId } from '@runtape/events';
import { checkLimit } from '../port/read.ts';
import type { Expiry } from '../port/retention.ts';
import type { Dependencies } from './memory-store.ts';

export function expire(
  { store }: Dependencies,
  { endedBefore, limit, only }: Expiry,
): readonly WorkflowId[] {
  checkLimit(limit);
  const old = [...store.workflows.values()]
    .filter(({ record }) => only === undefined || only.includes(record.workflowId))
    .filter(({ record }) => record.endedAt !== null && record.endedAt < endedBefore)
    .slice(0, limit);
  for (const stored of old) store.remove(stored);
  return old.map(({ record }) => record.workflowId);
}
