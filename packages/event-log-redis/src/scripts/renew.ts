import { NOW, script } from './script.ts';

/** Lengthens the lease of the newest attempt. KEYS: metadata. ARGV: attempt, leaseMs. */
export const RENEW = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
if ARGV[1] == '0' or found[1] ~= ARGV[1] then return {'attempt_overtaken'} end
redis.call('HSET', KEYS[1], 'leaseUntil', now + ARGV[2])
return {'ok'}
`);
