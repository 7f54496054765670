import { script } from './script.ts';

/**
 * Ends the lease, if the attempt is the newest. KEYS: metadata. ARGV: attempt, the incarnation or ''.
 * @returns the time of creation when somebody else has to go on, 'never' when it is paused, else ''.
 */
export const RELEASE = script(`
local found = redis.call('HMGET', KEYS[1], 'attempt', 'incarnation', 'status', 'endedAt', 'createdAt')
if not found[1] then return {'unknown_workflow'} end
local isIts = ARGV[2] == '' or found[2] == ARGV[2]
if not isIts or found[1] ~= ARGV[1] then return {'ok', ''} end
redis.call('HDEL', KEYS[1], 'leaseUntil')
if found[4] then return {'ok', ''} end
return {'ok', found[3] == 'paused' and 'never' or found[5]}
`);
