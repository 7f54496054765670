import { KEPT_COMMANDS } from '@runtape/event-log';
import { NOW, script } from './script.ts';

/**
 * Stores and announces a command, unless it says the same as the newest. KEYS: metadata, commands. ARGV: channel, the command, its type.
 * @returns its number and time, and the newest if that is it.
 */
export const COMMAND = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
local last, seq = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1], 1
if last then
  seq = tonumber(string.match(last[1], '^%d+'))
  if cjson.decode(last[2][2]).type == ARGV[3] then return {'ok', seq, tonumber(last[2][4]), last[2][2]} end
  seq = seq + 1
end
redis.call('XADD', KEYS[2], 'MAXLEN', ${KEPT_COMMANDS}, seq .. '-0', 'command', ARGV[2], 'at', now)
redis.call('SPUBLISH', ARGV[1], seq)
return {'ok', seq, now}
`);
