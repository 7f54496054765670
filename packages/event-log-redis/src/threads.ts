import {
  checkThreadRange,
  type ThreadMember,
  type ThreadPage,
  type ThreadRange,
} from '@runtape/event-log';
import { memberList } from './store/keys.ts';
import type { Dependencies } from './redis-event-log.ts';
import { getRecord } from './store/record.ts';
import type { IndexEntry } from './workflow-index/workflow-index.ts';

/**
 * The members after a position. An entry without a workflow keeps its position, because the
 * workflow may still be created.
 */
export async function thread(
  dependencies: Dependencies,
  threadId: string,
  range: ThreadRange,
): Promise<ThreadPage> {
  checkThreadRange(range);
  const { after, limit } = range;
  const found = await dependencies.index.ascendingAfter(memberList(threadId), after, limit + 1);
  const entries = found.slice(0, limit);
  const examined = await Promise.all(
    entries.map((entry) => examine(dependencies, threadId, entry)),
  );
  const last = entries.at(-1)?.at ?? after;
  const pending = entries.find((_, at) => examined[at] === 'pending');
  return {
    members: examined.filter((one) => one !== 'pending' && one !== 'none'),
    next: found.length > limit ? last : null,
    lowWatermark: pending === undefined ? last : pending.at - 1,
  };
}

async function examine(
  dependencies: Dependencies,
  threadId: string,
  { workflowId, at }: IndexEntry,
): Promise<ThreadMember | 'pending' | 'none'> {
  const record = await getRecord(dependencies, workflowId);
  // A workflow whose idempotency key was used to start it in two threads is in the lists of both.
  if (record !== null) return record.threadId === threadId ? { record, position: at } : 'none';
  return (await dependencies.index.forgetOrphan(workflowId)) ? 'none' : 'pending';
}
