import { NOW, script } from './script.ts';

/**
 * Enters a workflow that is about to be created. KEYS: created, open. ARGV: id, '1' to give a new time to an entry that is there.
 * @returns its time of creation.
 */
export const ENTER = script(`${NOW}
local how = ARGV[2] == '1' and 'GT' or 'NX'
redis.call('ZADD', KEYS[1], how, now, ARGV[1])
redis.call('ZADD', KEYS[2], how, now, ARGV[1])
return redis.call('ZSCORE', KEYS[1], ARGV[1])
`);

/** Moves a workflow from the open ones to those that ended. KEYS: open, ended. ARGV: id, endedAt. */
export const SETTLE = script(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
`);

/**
 * Forgets a workflow that is gone. KEYS: created, open, ended. ARGV: id, createdAt or '', minimum age in ms.
 * With a createdAt: unless the id was created anew since. Without: unless the entry is so young that its workflow may be
 * about to be created.
 */
export const FORGET = script(`${NOW}
local createdAt = redis.call('ZSCORE', KEYS[1], ARGV[1])
if createdAt and ARGV[2] ~= '' and createdAt ~= ARGV[2] then return 0 end
if createdAt and ARGV[2] == '' and now - createdAt < tonumber(ARGV[3]) then return 0 end
for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end
return 1
`);
