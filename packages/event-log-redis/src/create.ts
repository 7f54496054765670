import {
  type Created,
  EventLogError,
  idempotencyConflict,
  isSameStart,
  newIncarnation,
  type NewWorkflow,
  workflowExists,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Dependencies } from './redis-event-log.ts';
import { flatHashSchema, getRecord, newFields, toInput, toRecord } from './store/record.ts';
import { EPOCH, NOW, parseReply, script } from './store/script.ts';

/**
 * Creates a workflow unless it exists. KEYS: metadata, history, steps, commands, segments. ARGV:
 * createdAt, its maximum age in ms, then field, value … An older index entry may be removed at any
 * moment, which would leave the workflow in no list.
 */
const CREATE = script(`${NOW}${EPOCH}
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'exists', redis.call('HGETALL', KEYS[1])}
end
if now - ARGV[1] > tonumber(ARGV[2]) then return {'late'} end
-- What an eviction may have left of an earlier one.
redis.call('DEL', unpack(KEYS, 2))
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('HSET', KEYS[1], 'life', epoch or '')
return {'created', redis.call('HGETALL', KEYS[1])}
`);

/**
 * Maximum age of the index entry when its workflow is created, in ms: half the age at which an
 * entry without a workflow may be removed.
 */
const ENTRY_MAX_AGE_MS = 30_000;

/**
 * Claims the idempotency key, enters the workflow into the index and creates it, in this order: a
 * crash after any step loses nothing and does not block a repeat.
 */
export async function create(dependencies: Dependencies, workflow: NewWorkflow): Promise<Created> {
  const created = await claimAndCreate(dependencies, workflow);
  // Also for an existing workflow: its creator may have died before this.
  await announce(dependencies, created.record);
  return created;
}

/** Notifies watchers of the thread. A failure is ignored, because readers of threads also poll. */
async function announce(
  { connection, keys }: Dependencies,
  { threadId, workflowId }: WorkflowRecord,
): Promise<void> {
  if (threadId === null) return;
  const channel = keys.threadChannel(threadId);
  await connection.call((redis) => redis.spublish(channel, workflowId)).catch(() => {});
}

async function claimAndCreate(dependencies: Dependencies, workflow: NewWorkflow): Promise<Created> {
  const { workflowId, idempotencyKey } = workflow;
  if (idempotencyKey === undefined) {
    const { record, created } = await createOnce(dependencies, workflow, workflowId);
    if (created) return { record, created };
    throw workflowExists(workflowId);
  }
  for (;;) {
    const id = await dependencies.idempotencyKeys.claim(idempotencyKey, workflowId);
    const { record, created, key, input } = await createOnce(dependencies, workflow, id);
    if (created) return { record, created };
    if (key === JSON.stringify(idempotencyKey)) {
      const earlier = { workflow: record.workflow, input: toInput(id, input) };
      if (isSameStart(earlier, workflow)) return { record, created };
      throw idempotencyConflict(id);
    }
    // The existing workflow has another key, so this claim was left by a refused start.
    await dependencies.idempotencyKeys.move(idempotencyKey, id, null);
    if (id === workflowId) throw workflowExists(workflowId);
  }
}

type CreateResult = Created & {
  /** JSON, as in the record. */
  readonly key: string | undefined;
  readonly input: string | undefined;
};

/** Creates a workflow under an id, or finds the existing one. */
async function createOnce(
  dependencies: Dependencies,
  workflow: NewWorkflow,
  workflowId: WorkflowId,
): Promise<CreateResult> {
  const { connection, keys, index, random } = dependencies;
  const { metadata, history, steps, commands, segments } = keys.of(workflowId);
  // Rarely finds anything, but avoids an index entry for an ended workflow, which would have to be
  // removed again.
  const there = await connection.call((redis) => redis.hgetall(metadata));
  if (Object.keys(there).length > 0) return made(workflowId, there, false);
  const ownerOf = async (id: WorkflowId) => (await getRecord(dependencies, id))?.owner;
  for (const renewTime of [false, true]) {
    const createdAt = await index.enter(workflowId, workflow, { renewTime, ownerOf });
    const fields = newFields(workflow, { incarnation: newIncarnation(random), createdAt });
    const all = [metadata, history, steps, commands, segments];
    const args = [createdAt, ENTRY_MAX_AGE_MS, ...fields];
    const { outcome, values } = parseReply(await connection.script(CREATE, all, args));
    if (outcome === 'late') continue;
    return made(workflowId, flatHashSchema.parse(values[0]), outcome === 'created');
  }
  throw new EventLogError(
    'unavailable',
    `The clocks of the Redis nodes differ by more than ${ENTRY_MAX_AGE_MS / 1000} s. Set them by NTP.`,
    { workflowId },
  );
}

function made(
  workflowId: WorkflowId,
  fields: Readonly<Record<string, string>>,
  created: boolean,
): CreateResult {
  const { key, input } = fields;
  return { record: toRecord(workflowId, fields), created, key, input };
}
