import { NOW, script } from './script.ts';

/** Begins the next attempt. KEYS: metadata. ARGV: leaseMs. */
export const BEGIN = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt', 'leaseUntil')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
if found[3] and tonumber(found[3]) > now then return {'attempt_alive', tonumber(found[3])} end
redis.call('HSET', KEYS[1], 'attempt', found[1] + 1, 'leaseUntil', now + ARGV[1])
return {'ok', redis.call('HGETALL', KEYS[1])}
`);
