import { script } from './script.ts';

/** The record and a page of history, of one moment. KEYS: metadata, history. ARGV: after, limit. */
export const READ = script(`
local record = redis.call('HGETALL', KEYS[1])
if #record == 0 then return {'unknown_workflow'} end
return {'ok', record, redis.call('XRANGE', KEYS[2], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])}
`);
