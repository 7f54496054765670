import {
  type Attempt,
  type AttemptName,
  isEventLogError,
  newIncarnation,
  type Renewal,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Dependencies } from './redis-event-log.ts';
import { flatHashSchema, toInput, toRecord } from './store/record.ts';
import { accepted, EPOCH, NOW, script } from './store/script.ts';
import type { WorkflowIndex } from './workflow-index/workflow-index.ts';

/**
 * Begins the next attempt. KEYS: metadata. ARGV: leaseMs, the incarnation to use if the log may
 * have lost entries.
 */
const BEGIN = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt', 'leaseUntil', 'life')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
if found[3] and tonumber(found[3]) > now then return {'attempt_alive', tonumber(found[3])} end
${EPOCH}
if not epoch or epoch ~= found[4] then
  redis.call('HSET', KEYS[1], 'incarnation', ARGV[2], 'life', epoch or '')
end
redis.call('HSET', KEYS[1], 'attempt', found[1] + 1, 'leaseUntil', now + ARGV[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
`);

/**
 * Extends the lease of the newest attempt. KEYS: metadata. ARGV: attempt, leaseMs, the incarnation
 * or '', the minimum tail, a new incarnation or ''.
 * @returns when the lease expires, if that is earlier than before or there was none; else ''.
 */
const RENEW = script(`${NOW}${EPOCH}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt', 'incarnation', 'leaseUntil', 'life', 'tail')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
if ARGV[1] == '0' or found[1] ~= ARGV[1] then return {'attempt_overtaken'} end
if ARGV[3] ~= '' and found[3] ~= ARGV[3] then return {'attempt_overtaken'} end
local isAlive = found[4] and tonumber(found[4]) > now
if not isAlive and ARGV[5] == '' and (not epoch or epoch ~= found[5]) then return {'attempt_in_doubt'} end
if tonumber(found[6]) < tonumber(ARGV[4]) then return {'seq_conflict', tonumber(found[6])} end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'incarnation', ARGV[5]) end
redis.call('HSET', KEYS[1], 'leaseUntil', now + ARGV[2], 'life', epoch or '')
return {'ok', isAlive and tonumber(found[4]) <= now + ARGV[2] and '' or now + ARGV[2]}
`);

/**
 * Ends the lease if the attempt is the newest. KEYS: metadata. ARGV: attempt, the incarnation or
 * ''.
 * @returns the time of creation when another worker has to continue, 'never' when the workflow is
 *   paused, else ''.
 */
const RELEASE = script(`
local found = redis.call('HMGET', KEYS[1], 'attempt', 'incarnation', 'status', 'endedAt', 'createdAt')
if not found[1] then return {'unknown_workflow'} end
local isIts = ARGV[2] == '' or found[2] == ARGV[2]
if not isIts or found[1] ~= ARGV[1] then return {'ok', ''} end
redis.call('HDEL', KEYS[1], 'leaseUntil')
if found[4] then return {'ok', ''} end
return {'ok', found[3] == 'paused' and 'never' or found[5]}
`);

const begunSchema = z.tuple([flatHashSchema]);

/** A time, or `''`. */
const timeSchema = z.tuple([z.union([z.literal(''), z.coerce.number()])]);

export async function begin(
  { connection, keys, index, random }: Dependencies,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Promise<Attempt> {
  const { metadata } = keys.of(workflowId);
  const args = [Math.ceil(leaseMs), newIncarnation(random)];
  // Noted first, so that the workflow is checked even if this process dies in between.
  await index.dueIn(workflowId, leaseMs);
  const reply = await connection.script(BEGIN, [metadata], args);
  const [fields] = begunSchema.parse(await acceptedOrDue(index, workflowId, reply));
  const record = toRecord(workflowId, fields);
  const input = toInput(workflowId, fields['input']);
  return { workflowId, attempt: record.attempt, record, input };
}

/**
 * A refused attempt has postponed the check by its own lease; restore the time of the actual lease.
 */
async function acceptedOrDue(index: WorkflowIndex, workflowId: WorkflowId, reply: unknown) {
  try {
    return accepted(reply, { workflowId });
  } catch (error) {
    if (isEventLogError(error, 'attempt_alive') && error.leaseUntil !== undefined) {
      await index.dueAt(workflowId, error.leaseUntil);
    }
    throw error;
  }
}

export async function renew(
  { connection, keys, index }: Dependencies,
  workflowId: WorkflowId,
  { attempt, leaseMs, incarnation = '', tail = 0, newIncarnation: next = '' }: Renewal,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  const args = [attempt, Math.ceil(leaseMs), incarnation, tail, next];
  const reply = await connection.script(RENEW, [metadata], args);
  const values = accepted(reply, { workflowId, attempt, after: tail });
  await dueAtOnce(index, workflowId, values);
}

/** If noting it fails, the workflow is found when the lease would have expired. */
async function dueAtOnce(index: WorkflowIndex, workflowId: WorkflowId, values: unknown) {
  const [time] = timeSchema.parse(values);
  if (time !== '') await index.dueAt(workflowId, time).catch(() => {});
}

export async function release(
  { connection, keys, index }: Dependencies,
  workflowId: WorkflowId,
  { attempt, incarnation = '' }: AttemptName,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  // Read first: an attempt that begins right after the release changes the entry, which must then
  // stay.
  const seen = await index.dueOf(workflowId);
  const reply = await connection.script(RELEASE, [metadata], [attempt, incarnation]);
  const values = accepted(reply, { workflowId });
  if (values[0] !== 'never') await dueAtOnce(index, workflowId, values);
  else if (seen !== null) await index.correctDue({ workflowId, at: seen }, null).catch(() => {});
}
