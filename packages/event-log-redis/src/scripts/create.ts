import { EPOCH, NOW, script } from './script.ts';

/**
 * Creates a workflow, unless it is there.
 * KEYS: metadata, history, steps, commands, segments. ARGV: createdAt, how old that may be in ms, then field, value …
 * An index entry that is older than that may be cleaned at any moment, and its workflow would be in no list.
 */
export const CREATE = script(`${NOW}${EPOCH}
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'exists', redis.call('HGETALL', KEYS[1])}
end
if now - ARGV[1] > tonumber(ARGV[2]) then return {'late'} end
-- What an eviction may have left of an earlier one.
redis.call('DEL', unpack(KEYS, 2))
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('HSET', KEYS[1], 'life', epoch or '')
return {'created', redis.call('HGETALL', KEYS[1])}
`);
