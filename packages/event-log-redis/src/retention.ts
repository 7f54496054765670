import { checkLimit, type Expiry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Dependencies } from './redis-event-log.ts';
import { getFields } from './store/record.ts';
import { parseReply, script } from './store/script.ts';
import { keyIn } from './workflow-index/index-ended.ts';

/**
 * Removes a workflow that ended before a time. KEYS: metadata, history, steps, commands, segments.
 * ARGV: the time.
 */
const REMOVE = script(`
local endedAt = redis.call('HGET', KEYS[1], 'endedAt')
if not endedAt or tonumber(endedAt) >= tonumber(ARGV[1]) then return {'kept'} end
redis.call('UNLINK', unpack(KEYS))
return {'removed'}
`);

const CHUNK = 100;

export async function expire(
  dependencies: Dependencies,
  { endedBefore, limit, only }: Expiry,
): Promise<readonly WorkflowId[]> {
  checkLimit(limit);
  return only === undefined
    ? await expireAny(dependencies, endedBefore, limit)
    : await expireOnly(dependencies, endedBefore, limit, only);
}

async function expireOnly(
  dependencies: Dependencies,
  endedBefore: number,
  limit: number,
  only: readonly WorkflowId[],
): Promise<readonly WorkflowId[]> {
  const gone: WorkflowId[] = [];
  for (const workflowId of only) {
    if (gone.length === limit) break;
    const outcome = await remove(dependencies, workflowId, endedBefore);
    if (outcome === 'removed') gone.push(workflowId);
  }
  return gone;
}

async function expireAny(
  dependencies: Dependencies,
  endedBefore: number,
  limit: number,
): Promise<readonly WorkflowId[]> {
  const gone: WorkflowId[] = [];
  let skip = 0;
  while (gone.length < limit) {
    const count = Math.min(CHUNK, limit - gone.length);
    const entries = await dependencies.index.endedBefore(endedBefore, { skip, count });
    const removed = await Promise.all(
      entries.map(({ workflowId }) => remove(dependencies, workflowId, endedBefore)),
    );
    gone.push(
      ...entries.map(({ workflowId }) => workflowId).filter((_, at) => removed[at] === 'removed'),
    );
    if (entries.length < count) break;
    skip += removed.filter((outcome) => outcome === 'kept').length;
  }
  return gone;
}

/**
 * Removes the claim before the workflow and its index entries after it, so that the next call
 * repairs a crash in between.
 */
async function remove(
  { connection, keys, index, idempotencyKeys }: Dependencies,
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
    // An ended workflow is not about to be created, so either Redis removed it by itself, or a
    // process crashed here before.
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
