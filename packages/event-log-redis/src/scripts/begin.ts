import { EPOCH, NOW, script } from './script.ts';

/** Begins the next attempt. KEYS: metadata. ARGV: leaseMs, an incarnation for a log that may have lost entries. */
export const BEGIN = script(`${NOW}
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
