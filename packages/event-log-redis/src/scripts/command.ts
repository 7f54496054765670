import { NOW, script } from './script.ts';

/** Stores and announces a command. KEYS: metadata, commands. ARGV: channel, the command. */
export const COMMAND = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
local seq = redis.call('XLEN', KEYS[2]) + 1
redis.call('XADD', KEYS[2], seq .. '-0', 'command', ARGV[2], 'at', now)
redis.call('SPUBLISH', ARGV[1], seq)
return {'ok', seq, now}
`);
