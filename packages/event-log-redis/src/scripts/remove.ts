import { script } from './script.ts';

/** Removes a workflow that ended before a time. KEYS: metadata, history, steps, commands, segments. ARGV: the time. */
export const REMOVE = script(`
local endedAt = redis.call('HGET', KEYS[1], 'endedAt')
if not endedAt or tonumber(endedAt) >= tonumber(ARGV[1]) then return {'kept'} end
redis.call('UNLINK', unpack(KEYS))
return {'removed'}
`);
