import { script } from './script.ts';

/** Ends the lease, if the attempt is the newest. KEYS: metadata. ARGV: attempt. */
export const RELEASE = script(`
local attempt = redis.call('HGET', KEYS[1], 'attempt')
if not attempt then return {'unknown_workflow'} end
if attempt == ARGV[1] then redis.call('HDEL', KEYS[1], 'leaseUntil') end
return {'ok'}
`);
