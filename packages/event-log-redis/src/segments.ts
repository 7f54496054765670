import type { Segment } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Store } from './store/record.ts';
import { accepted, NOW, script } from './store/script.ts';

/** Returns the last seq that segments of the log's incarnation cover. KEYS: metadata, segments. */
const SEGMENTS_END = script(`
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
if not incarnation then return {'unknown_workflow'} end
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if not last or last[2][2] ~= incarnation then return {'ok', 0} end
return {'ok', tonumber(string.match(last[1], '^%d+'))}
`);

/**
 * Keeps a segment if it directly follows the existing ones. KEYS: metadata, segments. ARGV: its
 * incarnation, first, last, text or ''. A log that an older Runtape closed is skipped: its time of
 * removal is unknown, so the segments would outlive it.
 * @returns whether the segment is stored.
 */
const KEEP_SEGMENT = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'incarnation', 'tail', 'endedAt', 'expiresAt')
if found[1] ~= ARGV[1] or tonumber(found[2]) < tonumber(ARGV[3]) then return {'ok', 0} end
if found[3] and not found[4] then return {'ok', 0} end
local last, reached = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1], 0
if last and last[2][2] ~= ARGV[1] then redis.call('DEL', KEYS[2])
elseif last then reached = tonumber(string.match(last[1], '^%d+')) end
if tonumber(ARGV[3]) == reached then return {'ok', 1} end
if tonumber(ARGV[2]) ~= reached + 1 then return {'ok', 0} end
redis.call('XADD', KEYS[2], ARGV[3] .. '-' .. ARGV[2], 'of', ARGV[1], 'text', ARGV[4])
if found[4] and found[4] ~= '' then redis.call('PEXPIRE', KEYS[2], math.max(1, found[4] - now)) end
return {'ok', 1}
`);

const numberSchema = z.tuple([z.number()]);

/** The last seq that segments cover. @throws EventLogError `unknown_workflow`. */
export async function segmentsEnd(
  { connection, keys }: Store,
  workflowId: WorkflowId,
): Promise<number> {
  const { metadata, segments } = keys.of(workflowId);
  const reply = await connection.script(SEGMENTS_END, [metadata, segments], []);
  return numberSchema.parse(accepted(reply, { workflowId }))[0];
}

export async function keepSegment(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { incarnation, first, last, text }: Segment,
): Promise<boolean> {
  const { metadata, segments } = keys.of(workflowId);
  const args = [incarnation, first, last, text ?? ''];
  const reply = await connection.script(KEEP_SEGMENT, [metadata, segments], args);
  return numberSchema.parse(accepted(reply, { workflowId }))[0] === 1;
}
