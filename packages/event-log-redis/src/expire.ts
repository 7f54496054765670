import { checkLimit, type Expiry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { getFields, type Store } from './records.ts';
import { parseReply } from './reply.ts';
import { REMOVE } from './scripts/remove.ts';
import { keyIn, type EndedIndexing } from './index-ended.ts';

const CHUNK = 100;

export interface Expiring extends Store, Pick<EndedIndexing, 'index' | 'idempotencyKeys'> {}

export async function expire(
  expiring: Expiring,
  { endedBefore, limit, only }: Expiry,
): Promise<readonly WorkflowId[]> {
  checkLimit(limit);
  return only === undefined
    ? await expireAny(expiring, endedBefore, limit)
    : await expireOnly(expiring, endedBefore, limit, only);
}

async function expireOnly(
  expiring: Expiring,
  endedBefore: number,
  limit: number,
  only: readonly WorkflowId[],
): Promise<readonly WorkflowId[]> {
  const gone: WorkflowId[] = [];
  for (const workflowId of only) {
    if (gone.length === limit) break;
    const outcome = await remove(expiring, workflowId, endedBefore);
    if (outcome === 'removed') gone.push(workflowId);
  }
  return gone;
}

async function expireAny(
  expiring: Expiring,
  endedBefore: number,
  limit: number,
): Promise<readonly WorkflowId[]> {
  const gone: WorkflowId[] = [];
  let skip = 0;
  while (gone.length < limit) {
    const count = Math.min(CHUNK, limit - gone.length);
    const entries = await expiring.index.endedBefore(endedBefore, { skip, count });
    const removed = await Promise.all(
      entries.map(({ workflowId }) => remove(expiring, workflowId, endedBefore)),
    );
    gone.push(
      ...entries.map(({ workflowId }) => workflowId).filter((_, at) => removed[at] === 'removed'),
    );
    if (entries.length < count) break;
    skip += removed.filter((outcome) => outcome === 'kept').length;
  }
  return gone;
}

/** The claim goes before the workflow and its index entries after it, so that a crash in between is made good by the next call. */
async function remove(
  { connection, keys, index, idempotencyKeys }: Expiring,
  workflowId: WorkflowId,
  endedBefore: number,
): Promise<'removed' | 'was gone' | 'kept'> {
  const store = { connection, keys };
  const { createdAt, endedAt, key } = await getFields(store, workflowId, [
    'createdAt',
    'endedAt',
    'key',
  ]);
  if (!createdAt) {
    // It ended, so it is not about to be created: Redis removed it by itself, or we crashed here before.
    return (await index.forgetOrphan(workflowId)) ? 'was gone' : 'kept';
  }
  if (!endedAt || Number(endedAt) >= endedBefore) return 'kept';
  const idempotencyKey = keyIn(key ?? null);
  if (idempotencyKey !== null) await idempotencyKeys.move(idempotencyKey, workflowId, null);
  const { metadata, history, steps, commands, segments } = keys.of(workflowId);
  const all = [metadata, history, steps, commands, segments];
  const { outcome } = parseReply(await connection.script(REMOVE, all, [endedBefore]));
  await index.forget(workflowId, Number(createdAt));
  return outcome === 'removed' ? 'removed' : 'was gone';
}
