import { EPOCH, NOW, script } from './script.ts';

/**
 * Lengthens the lease of the newest attempt. KEYS: metadata.
 * ARGV: attempt, leaseMs, the incarnation or '', the least tail, a new incarnation or ''.
 * @returns when the lease runs out, if that is earlier than before, or there was none; else ''.
 */
export const RENEW = script(`${NOW}${EPOCH}
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
