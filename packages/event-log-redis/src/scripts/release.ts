import { script } from './script.ts';

/** Ends the lease, if the attempt is the newest. KEYS: metadata. ARGV: attempt, the incarnation or ''. */
export const RELEASE = script(`
local found = redis.call('HMGET', KEYS[1], 'attempt', 'incarnation')
if not found[1] then return {'unknown_workflow'} end
local isIts = ARGV[2] == '' or found[2] == ARGV[2]
if isIts and found[1] == ARGV[1] then redis.call('HDEL', KEYS[1], 'leaseUntil') end
return {'ok'}
`);
